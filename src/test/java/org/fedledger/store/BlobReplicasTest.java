package org.fedledger.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.fedledger.store.BlobSource.Fetched;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobReplicasTest {

  private static final byte[] CONTENT = {1, 2, 3};
  private static final Digest DIGEST = Digest.ofContent(CONTENT);
  private static final BlobSource NOTHING = _ -> new Fetched.Missing();
  private static final BlobSource AWAY = _ -> new Fetched.Unreachable("away");

  @TempDir Path folder;

  private BlobSource giving(String name, byte... content) throws IOException {
    Path file = Files.write(folder.resolve(name), content);
    return _ -> new Fetched.Found(file);
  }

  private static Fetched fetch(BlobSource... places) {
    return new BlobReplicas(List.of(places)).fetch(DIGEST);
  }

  private Fetched found(String name) {
    return new Fetched.Found(folder.resolve(name));
  }

  @Test
  void giveTheFirstThatFits() throws IOException {
    assertThat(fetch(NOTHING, giving("a", CONTENT), giving("b", CONTENT))).isEqualTo(found("a"));
  }

  @Test
  void passOverAnotherBlobThatIsGivenInItsPlace() throws IOException {
    assertThat(fetch(giving("lie", (byte) 9), giving("true", CONTENT))).isEqualTo(found("true"));
  }

  @Test
  void giveAnotherBlobWhereNoneFitsSinceItIsEvidence() throws IOException {
    assertThat(fetch(giving("lie", (byte) 9), NOTHING)).isEqualTo(found("lie"));
  }

  @Test
  void sayMoreThanThatItIsMissingWhereOneCan() {
    assertThat(fetch(NOTHING, AWAY)).isEqualTo(new Fetched.Unreachable("away"));
    assertThat(fetch(AWAY, NOTHING)).isEqualTo(new Fetched.Unreachable("away"));
    assertThat(fetch(NOTHING, NOTHING)).isEqualTo(new Fetched.Missing());
  }

  @Test
  void areOnePlaceAtLeast() {
    assertThatThrownBy(() -> new BlobReplicas(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
