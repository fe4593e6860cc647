package org.fedledger.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, 1",
    "bytes=0-9, 0, 10",
    "bytes=3-, 3, 7",
    "bytes=9-9, 9, 1",
    "bytes=5-999, 5, 5",
    "bytes=-4, 6, 4",
    "BYTES=-4, 6, 4",
    "bytes=-999, 0, 10",
  })
  void takesOneRange(String header, long from, long length) {
    assertThat(ByteRange.of(Optional.of(header), 10)).isEqualTo(new ByteRange.Part(from, length));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=10-", "bytes=10-20", "bytes=-0"})
  void refusesRangesBeyondTheEnd(String header) {
    assertThat(ByteRange.of(Optional.of(header), 10)).isEqualTo(new ByteRange.Unsatisfiable());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=0-1,3-4",
        "bytes=5-3",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "items=0-1",
        "bytes=0-99999999999999999999999"
      })
  void takesWhatItDoesNotKnowForTheWholeFile(String header) {
    assertThat(ByteRange.of(Optional.of(header), 10)).isEqualTo(new ByteRange.Whole());
  }

  @Test
  void hasNoRangeInAnEmptyFile() {
    assertThat(ByteRange.of(Optional.of("bytes=0-"), 0)).isEqualTo(new ByteRange.Unsatisfiable());
    assertThat(ByteRange.of(Optional.of("bytes=-1"), 0)).isEqualTo(new ByteRange.Unsatisfiable());
    assertThat(ByteRange.of(Optional.empty(), 0)).isEqualTo(new ByteRange.Whole());
  }
}
