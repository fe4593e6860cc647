package org.fedledger.client.federation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.SpecJson;
import org.junit.jupiter.api.Test;

class ExampleSpecTest {

  @Test
  void theSpecInTheDocumentationIsValid() throws IOException {
    Path example = Path.of(System.getProperty("fedledger.home"), "docs", "example-spec.json");
    FederationSpec spec = SpecFile.read(example);
    assertThat(spec.name()).isEqualTo("three-hospitals");
    assertThat(SpecJson.parseSpec(SpecJson.write(spec))).isEqualTo(spec);
  }
}
