package org.fedledger.client.audit.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TextTableTest {

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void alignsNumbersRightAndWordsLeft() {
    JsonNode items =
        json(
            "[{'n':7,'who':'0x00112233445566778899aabbccddeeff00112233','why':'TOO_FEW_ACCEPTED','t':0},"
                + "{'n':1234,'who':'a','why':null,'t':1700000000}]");
    assertThat(
            new TextTable()
                .number("number", "n")
                .text("who", "who")
                .text("why", "why")
                .time("at", "t")
                .lines(items))
        .containsExactly(
            "number  who          why               at",
            "     7  0x00112233…  too few accepted  1970-01-01T00:00:00Z",
            "  1234  a            -                 2023-11-14T22:13:20Z");
  }

  @Test
  void saysSoWhereThereIsNothing() {
    assertThat(Tables.rounds().lines(json("[]"))).containsExactly("none");
  }

  @Test
  void roundsOnlyNumbersThatTakeTooMuchRoom() {
    assertThat(TextTable.number(json("999999999999"))).isEqualTo("999999999999");
    assertThat(TextTable.number(json("'18446744073709551615'"))).isEqualTo("1.8447e+19");
    assertThat(TextTable.number(json("null"))).isEqualTo("-");
  }

  private static final String DIGEST = "0x" + "ab".repeat(32);

  /** Items as wide as they get in a federation of 4,096 after a million rounds. */
  static List<Arguments> all() {
    return List.of(
        Arguments.of(Tables.rounds(), "committing"),
        Arguments.of(Tables.updates(), "accepted"),
        Arguments.of(Tables.versions(), ""),
        Arguments.of(Tables.reachedVersions(), ""),
        Arguments.of(Tables.participants(), "suspended"),
        Arguments.of(Tables.attestations(), "differs"),
        Arguments.of(Tables.gas(), ""),
        Arguments.of(Tables.privacy(), ""),
        Arguments.of(Tables.reasons(), ""));
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyTableFitsInto80Columns(TextTable table, String status) {
    String item =
        "{'round':999999,'baseVersion':999999,'committed':4096,'accepted':4096,'rejected':4096,"
            + "'version':999999,'timestamp':1700000000,'participant':'D','digest':'D',"
            + "'weight':4294967295,'privacyCost':1000000,'reason':'FEDERATION','model':'D',"
            + "'parent':'D','updates':99999999,'index':4095,'privacySpent':'18446744073709551615',"
            + "'lastVersion':999999,'attempt':99,'verifier':'D','kind':'expire-publication',"
            + "'transactions':99999999,'gas':99999999999999,'mean':74495,"
            + "'spent':'18446744073709551615','totalSpent':'18446744073709551615',"
            + "'remaining':'18446744073709551615','budget':'18446744073709551615',"
            + "'count':99999999,'directly':false,'status':'S'}";
    JsonNode items =
        json(
            "[" + item.replace("'D'", "'" + DIGEST + "'").replace("'S'", "'" + status + "'") + "]");
    assertThat(table.lines(items))
        .allSatisfy(line -> assertThat(line.length()).as(line).isLessThanOrEqualTo(80));
  }

  @Test
  void theIndexIsWhereSystemsKeepWhatCanBeMadeAgain() {
    assertThat(IndexOptions.cacheFolder("Linux", "/home/a", Map.of()))
        .isEqualTo(Path.of("/home/a/.cache"));
    assertThat(IndexOptions.cacheFolder("Mac OS X", "/Users/a", Map.of()))
        .isEqualTo(Path.of("/Users/a/Library/Caches"));
    assertThat(IndexOptions.cacheFolder("Linux", "/home/a", Map.of("XDG_CACHE_HOME", "/var/c")))
        .isEqualTo(Path.of("/var/c"));
    assertThat(IndexOptions.cacheFolder("Linux", "/home/a", Map.of("XDG_CACHE_HOME", "relative")))
        .isEqualTo(Path.of("/home/a/.cache"));
  }
}
