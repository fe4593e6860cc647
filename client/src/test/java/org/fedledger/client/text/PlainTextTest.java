package org.fedledger.client.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTextTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u001b", "\n", "\r", "\t", "\u0000", "\u007f", "\u009b", "\u2028", "\u2029", "\u202e",
        "\u2066", "\u200f", "\u00ad", "\ufeff"
      })
  void shouldShowNoCharacterThatNobodySees(String unseen) {
    assertThat(PlainText.line("a" + unseen + "b")).isEqualTo("a?b");
  }

  @Test
  void shouldLeaveTheWordsOfAllLanguages() {
    String words = "Grüße, 你好, שלום, नमस्ते";
    assertThat(PlainText.line(words)).isEqualTo(words);
  }
}
