package org.fedledger.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MetricsTest {

  @Test
  void shouldWriteMetricsThatReadTheSame() {
    Metrics metrics = new Metrics(0.75, 0.123456789, 40);
    assertThat(Metrics.ofJson(metrics.toJson())).isEqualTo(metrics);
    assertThat(new String(metrics.toJson(), StandardCharsets.US_ASCII))
        .isEqualTo("{\"accuracy\":0.75,\"examples\":40,\"loss\":0.123456789}");
  }
}
