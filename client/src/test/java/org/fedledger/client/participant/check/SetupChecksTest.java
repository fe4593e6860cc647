package org.fedledger.client.participant.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.contracts.ContractCode;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.TestKeys;
import org.fedledger.signing.KeyRotation;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SetupChecksTest {

  /** A port at which nobody listens. */
  private static final String NOWHERE = "http://127.0.0.1:1";

  @TempDir Path root;
  private Ward ward;

  @BeforeEach
  void open() throws IOException {
    ward = new Ward(root);
  }

  @AfterEach
  void close() {
    ward.close();
  }

  @Test
  void shouldFindAllWellInOrderAndLeaveNothingBehind() {
    assertThat(ward.check()).isEqualTo(ExitCode.DONE);
    assertThat(ward.told).extracting(Ward.Told::check).containsExactly(Check.values());
    assertThat(ward.told)
        .extracting(Ward.Told::finding)
        .allSatisfy(f -> assertThat(f).isInstanceOf(CheckResult.Ok.class));
    assertThat(ward.folder).doesNotExist();
    assertThat(((CheckResult.Ok) ward.finding(Check.TABLE)).figures())
        .isEqualTo(Map.of("training", 4L, "heldOut", 1L, "leftOut", 1L));
    assertOk(Check.CHAIN, "chain id 1337");
    assertOk(Check.MEMBER, ward.self.address().toString());
  }

  @Test
  void shouldSkipWhatNeedsTheChainAndTryTheRestWhenItIsAway() {
    ward.world.chain().setUnreachable(true);
    try (StubbornNode node = new StubbornNode(answer(1337, contract(), "0x" + "0f".repeat(32)))) {
      ward.nodes = List.of(node.address());
      assertThat(ward.check()).isEqualTo(ExitCode.OUT_OF_REACH);
    }
    assertFailed(Check.CHAIN, "away", "--rpc");
    assertThat(ward.skipped())
        .containsExactly(Check.CONTRACT, Check.CLOCK, Check.MEMBER, Check.SPEC, Check.TABLE);
    assertOk(Check.KEY, "opens");
    assertOk(Check.NODE, "serves this contract");
    assertOk(Check.FOLDER, "not known");
  }

  @Test
  void shouldTrustNothingThatALookAlikeSays() {
    ward.code = new ContractCode.Finding.Different("the deployed code has 12 bytes");
    assertThat(ward.check()).isEqualTo(ExitCode.VERIFICATION_FAILED);
    assertFailed(Check.CONTRACT, "12 bytes", "sign nothing");
    assertThat(ward.failed()).containsExactly(Check.CONTRACT);
    assertThat(ward.skipped()).containsExactly(Check.MEMBER, Check.SPEC, Check.TABLE);
    ward.code = new ContractCode.Finding.Absent();
    ward.check();
    assertFailed(Check.CONTRACT, "no contract");
  }

  @Test
  void shouldTellThatTheChainRecordsNoFederationThere() {
    ward.ledger = new SilentLedger(ward.ledger);
    assertThat(ward.check()).isEqualTo(ExitCode.VERIFICATION_FAILED);
    assertFailed(Check.CONTRACT, "no federation at " + contract(), "--contract");
  }

  @Test
  void shouldCompareBlockTimeWithTheClockInBothDirections() {
    var block = ward.now;
    ward.now = block.plusSeconds(30);
    assertThat(ward.check()).isEqualTo(ExitCode.DONE);
    ward.now = block.minusSeconds(30);
    assertThat(ward.check()).isEqualTo(ExitCode.DONE);
    ward.now = block.plusSeconds(31);
    assertThat(ward.check()).isEqualTo(ExitCode.OUT_OF_REACH);
    assertFailed(Check.CLOCK, "block is 31 s behind", "set the clock");
    ward.now = block.minusSeconds(31);
    assertThat(ward.check()).isEqualTo(ExitCode.OUT_OF_REACH);
    assertFailed(Check.CLOCK, "clock is 31 s behind", "NTP");
    assertThat(ward.failed()).containsExactly(Check.CLOCK);
  }

  @Test
  void shouldTellAKeyThatDoesNotOpen() {
    ward.key =
        () -> {
          throw new NoSuchFileException("ward.key");
        };
    assertThat(ward.check()).isEqualTo(ExitCode.OUT_OF_REACH);
    assertFailed(Check.KEY, "ward.key: there is no such file", "--keystore");
    assertThat(ward.skipped()).containsExactly(Check.MEMBER);
  }

  @Test
  void shouldRefuseAStrangerAndSayWhomToAsk() {
    ward.key = () -> TestKeys.key(9);
    assertThat(ward.check()).isEqualTo(ExitCode.REFUSED);
    assertFailed(Check.MEMBER, "not admitted", "federation admit " + TestKeys.key(9).address());
    assertThat(ward.skipped()).isEmpty();
  }

  @Test
  void shouldKnowASuspendedParticipant() {
    ward.submit(new LedgerAction.Suspend(ward.self.address()));
    assertThat(ward.check()).isEqualTo(ExitCode.REFUSED);
    assertFailed(Check.MEMBER, "suspended from round 1 on", "coordinator");
  }

  @Test
  void shouldFollowARotatedSigningKey() {
    var next = TestKeys.key(7);
    KeyRotation rotation = new KeyRotation(ward.self.address(), next.address(), 0);
    ward.submit(
        new LedgerAction.RotateKey(rotation, ward.ledger.domain().sign(rotation, ward.self)));
    assertThat(ward.check()).isEqualTo(ExitCode.REFUSED);
    assertFailed(Check.MEMBER, "another key", next.address().toString());
    ward.key = () -> next;
    assertThat(ward.check()).isEqualTo(ExitCode.DONE);
    assertOk(Check.MEMBER, "signs for participant " + ward.self.address());
  }

  @Test
  void shouldTellANodeThatIsAwayAndStillCheckTheOthers() {
    ward.nodes = List.of(NOWHERE, ward.nodes.getFirst());
    assertThat(ward.check()).isEqualTo(ExitCode.OUT_OF_REACH);
    assertFailed(Check.NODE, NOWHERE, "--node");
    assertThat(ward.failed()).containsExactly(Check.NODE);
    assertOk(Check.SPEC, "'ward'");
    ward.nodes = List.of(NOWHERE);
    ward.check();
    assertThat(ward.skipped()).containsExactly(Check.SPEC, Check.TABLE);
    ward.nodes = List.of(ward.node.address().toString());
    ward.node.failNext(1);
    ward.check();
    assertFailed(Check.NODE, "try again", "in a moment");
  }

  @Test
  void shouldTellANodeOfAnotherFederation() {
    assertOther(answer(1337, "0x" + "ab".repeat(20), federation()), "contract 0xabab");
    assertOther(answer(7, contract(), federation()), "chain 7, not 1337");
    assertOther(answer(1337, contract(), "0x" + "cd".repeat(32)), "federation 0xcdcd");
  }

  private void assertOther(String answer, String what) {
    try (StubbornNode node = new StubbornNode(answer)) {
      ward.nodes = List.of(node.address());
      assertThat(ward.check()).isEqualTo(ExitCode.VERIFICATION_FAILED);
      assertFailed(Check.NODE, what, "of one federation");
    }
  }

  @Test
  void shouldTellWhatIsNoNode() {
    try (StubbornNode node = new StubbornNode("{\"hello\":1}")) {
      ward.nodes = List.of(node.address());
      assertThat(ward.check()).isEqualTo(ExitCode.OUT_OF_REACH);
      assertFailed(Check.NODE, "does not answer as a node", "--node");
    }
  }

  @Test
  void shouldTellASpecThatCannotBeHadOrIsAnother() throws IOException {
    Digest digest = Digest.ofContent(ward.spec);
    Path kept = ward.store.file(digest).orElseThrow();
    Files.writeString(kept, "{}");
    assertThat(ward.check()).isEqualTo(ExitCode.VERIFICATION_FAILED);
    assertFailed(Check.SPEC, digest.toString(), "another node");
    Files.delete(kept);
    assertThat(ward.check()).isEqualTo(ExitCode.OUT_OF_REACH);
    assertFailed(Check.SPEC, digest.toString(), "coordinator");
    assertThat(ward.skipped()).containsExactly(Check.TABLE);
  }

  @Test
  void shouldNotJudgeByASpecThatAnotherBuildMadeOfOtherRules() throws IOException {
    byte[] foreign =
        new String(ward.spec, StandardCharsets.UTF_8)
            .replace("\"fedavg\"", "\"fedbest\"")
            .getBytes(StandardCharsets.UTF_8);
    try (Ward other = new Ward(root.resolve("foreign"), Ward.MODEL_SIZE, foreign)) {
      assertThat(other.check()).isEqualTo(ExitCode.VERIFICATION_FAILED);
      assertThat(((CheckResult.Failed) other.finding(Check.SPEC)).what())
          .startsWith("cannot judge: the federation's spec: ")
          .contains("fedbest/1");
    }
  }

  @Test
  void shouldNameEveryBadRowByLine() throws IOException {
    Files.writeString(ward.table, "x,y\n1,0\nold,1\n3,1,4\n");
    assertThat(ward.check()).isEqualTo(ExitCode.USAGE);
    CheckResult.Failed failed = (CheckResult.Failed) ward.finding(Check.TABLE);
    assertThat(failed.details()).hasSize(2);
    assertThat(failed.details().get(0)).contains("line 3, column 'x'", "'old'");
    assertThat(failed.details().get(1)).contains("line 4: 2 values belong here");
  }

  @Test
  void shouldTellATableThatIsMissingOrHasNothingToTrainOn() throws IOException {
    Files.writeString(ward.table, "x,y\n?,1\n");
    assertThat(ward.check()).isEqualTo(ExitCode.USAGE);
    assertThat(((CheckResult.Failed) ward.finding(Check.TABLE)).details().getFirst())
        .contains("no training row");
    Files.delete(ward.table);
    assertThat(ward.check()).isEqualTo(ExitCode.OUT_OF_REACH);
    assertFailed(Check.TABLE, "ward.csv: there is no such file");
  }

  @Test
  void shouldTellThatAFederationTrainsOnNoTable() throws IOException {
    try (Ward other = new Ward(root.resolve("other"), Ward.MODEL_SIZE, Optional.empty())) {
      assertThat(other.check()).isEqualTo(ExitCode.USAGE);
      assertThat(other.failed()).containsExactly(Check.TABLE);
    }
  }

  @Test
  void shouldLeaveAFolderThatIsThereAsItIs() throws IOException {
    Files.createDirectory(ward.folder);
    assertThat(ward.check()).isEqualTo(ExitCode.DONE);
    assertThat(ward.folder).isEmptyDirectory();
  }

  @Test
  void shouldTellAFolderThatCannotBeOne() throws IOException {
    ward.folder = ward.table.resolve("work");
    assertThat(ward.check()).isEqualTo(ExitCode.USAGE);
    assertFailed(Check.FOLDER, "is a file", "--dir");
    ward.folder = Path.of("/proc");
    if (Files.isDirectory(ward.folder)) {
      assertThat(ward.check()).isEqualTo(ExitCode.USAGE);
      assertFailed(Check.FOLDER, "may not be written to", "--dir");
    }
  }

  @Test
  void shouldWantRoomForThreeModelsOfAnySize() throws IOException {
    for (long size : new long[] {Long.MAX_VALUE / 2, -1}) {
      try (Ward large = new Ward(root.resolve("of " + size), size, Optional.empty())) {
        large.check();
        assertThat(large.failed()).contains(Check.FOLDER);
        assertThat(((CheckResult.Failed) large.finding(Check.FOLDER)).what())
            .contains(Long.toUnsignedString(size));
      }
    }
  }

  @Test
  void shouldTakeTheMostSeriousFailureAsTheExitCode() throws IOException {
    Files.writeString(ward.table, "nothing");
    assertThat(ward.check()).isEqualTo(ExitCode.USAGE);
    ward.now = ward.now.plusSeconds(99);
    assertThat(ward.check()).isEqualTo(ExitCode.OUT_OF_REACH);
    ward.key = () -> TestKeys.key(9);
    assertThat(ward.check()).isEqualTo(ExitCode.REFUSED);
    try (StubbornNode node = new StubbornNode(answer(7, contract(), federation()))) {
      ward.nodes = List.of(node.address(), ward.nodes.getFirst());
      assertThat(ward.check()).isEqualTo(ExitCode.VERIFICATION_FAILED);
    }
    assertThat(ward.failed()).containsExactly(Check.CLOCK, Check.MEMBER, Check.NODE, Check.TABLE);
  }

  private void assertOk(Check check, String part) {
    assertThat(ward.finding(check)).isInstanceOf(CheckResult.Ok.class);
    assertThat(((CheckResult.Ok) ward.finding(check)).what()).contains(part);
  }

  private void assertFailed(Check check, String... parts) {
    assertThat(ward.finding(check)).isInstanceOf(CheckResult.Failed.class);
    CheckResult.Failed failed = (CheckResult.Failed) ward.finding(check);
    assertThat(failed.what() + "; " + failed.todo()).contains(Arrays.asList(parts));
  }

  private String contract() {
    return ward.world.chain().domain().contract().toString();
  }

  private static String federation() {
    return "0x" + "0f".repeat(32);
  }

  private static String answer(long chain, String contract, String federation) {
    return "{\"chainId\":%d,\"contract\":\"%s\",\"federation\":\"%s\"}"
        .formatted(chain, contract, federation);
  }
}
