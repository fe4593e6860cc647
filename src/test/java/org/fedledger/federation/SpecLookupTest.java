package org.fedledger.federation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.fedledger.store.EndlessFile;
import org.fedledger.types.Digest;
import org.fedledger.verify.SmallFederation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpecLookupTest {

  @TempDir Path folder;

  @Test
  void shouldPassOverAPlaceThatSpeaksOfMoreThanAnySpecHas() throws IOException {
    SmallFederation federation = new SmallFederation(folder);
    Digest digest = federation.state().created().spec();
    EndlessFile endless = new EndlessFile(federation.store, digest);

    assertThat(SpecLookup.of(digest, List.of(endless, federation.store)))
        .isEqualTo(new SpecLookup.Found.Present(federation.spec));

    assertThat(endless.ranges()).isOne();
    assertThat(SpecLookup.of(digest, endless)).isInstanceOf(SpecLookup.Found.Absent.class);
  }
}
