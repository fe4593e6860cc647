package org.fedledger.devnet.besu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.fedledger.types.Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QbftTimesTest {

  @TempDir private Path folder;

  /** Two of four real validators were away for 510 s; the chain went on 1,020 s after that. */
  @ParameterizedTest
  @CsvSource({"0, 4", "3, 4", "4, 12", "11, 12", "12, 28", "403, 508", "510, 1020"})
  void recoveryTakesTheRoundsUpToTheOneAfterTheHalt(long halted, long seconds) {
    assertThat(QbftTimes.EVERY_SECOND.recovery(Duration.ofSeconds(halted)))
        .isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void aQuietChainMayBeSilentAsLongAsItsEmptyBlocksTake() {
    assertThat(QbftTimes.EVERY_SECOND.longestSilence()).isEqualTo(Duration.ofSeconds(33));
    assertThat(QbftTimes.withEmptyBlocksEvery(60).longestSilence())
        .isEqualTo(Duration.ofSeconds(92));
  }

  @Test
  void aGenesisFileTellsThemAndNamesThePeriodOfEmptyBlocksWhereItIsAnother() throws IOException {
    for (QbftTimes times : List.of(QbftTimes.EVERY_SECOND, QbftTimes.withEmptyBlocksEvery(10))) {
      byte[] file = new BesuGenesis(7, List.of(new Address(new byte[20])), times).file();
      Path genesis = Files.write(folder.resolve("genesis.json"), file);
      assertThat(QbftTimes.of(genesis)).isEqualTo(times);
      assertThat(Files.readString(genesis).contains("\"emptyblockperiodseconds\": 10"))
          .isEqualTo(times.emptyBlock() == 10);
    }
    Path other = Files.writeString(folder.resolve("genesis.json"), "{\"config\": {}}");
    assertThatIOException().isThrownBy(() -> QbftTimes.of(other)).withMessageContaining("QBFT");
  }

  @Test
  void emptyBlocksComeNotMoreOftenThanOthersAndOnceAnHourAtLeast() {
    for (int wrong : new int[] {0, -1, 3_601}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> QbftTimes.withEmptyBlocksEvery(wrong))
          .withMessage("empty blocks come every 1 to 3600 s");
    }
  }
}
