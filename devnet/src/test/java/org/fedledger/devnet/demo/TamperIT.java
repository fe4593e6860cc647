package org.fedledger.devnet.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.devnet.Networks;
import org.fedledger.devnet.demo.tamper.Tamper;
import org.fedledger.devnet.network.Network;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import org.web3j.protocol.http.HttpService;

/** Every fraud is played to its end, and its culprit is caught where it should be. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class TamperIT {

  private static final String AT_ROTATION = "contract refusal at rotation";
  private static final String AT_COMMIT = "contract refusal at commit";
  private static final String BY_CONTRACT = "contract refusal at publication";
  private static final String BY_GATE = "gate rejection at publication";
  private static final String BY_VERIFIERS = "dispute at attestation";
  private static final String IN_AUDIT = "false record found by the audit in the audit";
  private static final String BY_GAP = "gap that names the store in the audit";
  private static final String BY_COPY = "copy that others keep in the audit";
  private static final String BY_NOTE = "note that accuses nobody in the audit";

  static Stream<Arguments> stories() {
    return Stream.concat(oneOfEachKind(), variants());
  }

  static Stream<Arguments> oneOfEachKind() {
    return Stream.of(
        story("update-byte", BY_GAP, "node", "committedDigest", "foundDigest", "receiptSignedBy"),
        story("swap-updates --verifiers 3", BY_VERIFIERS, "node", "publishedDigest"),
        story("wrong-author --collude", IN_AUDIT, "node", "gate AUTHOR", "participant"),
        story("aggregate-ulp --verifiers 3", BY_VERIFIERS, "node", "publishedDigest"),
        story("drop-participant", BY_CONTRACT, "node", "caller", "rule DecisionsMismatch"),
        story(
            "replay-round",
            AT_COMMIT,
            "city",
            "caller",
            "rule WrongPhase",
            "movedRule WrongSigner",
            "oldFileRejectedFor ROUND"),
        story("fake-weight --collude", IN_AUDIT, "node", "publishedDigest", "explainedBy"),
        story("nan", BY_GATE, "city", "gate NONFINITE"),
        story("rewrite-blob-store", BY_GAP, "node", "filesFoundOut 3", "receiptSignedBy"),
        story(
            "false-missing --verifiers 3",
            BY_VERIFIERS,
            "node",
            "publishedDigest",
            "finding an update was rejected as MISSING by an aggregator whose own signed receipt"),
        story("forged-signature", AT_COMMIT, "city", "caller", "rule WrongSigner"),
        story(
            "hijack-key",
            AT_ROTATION,
            "coordinator",
            "caller",
            "rule WrongSigner",
            "recoveryVetoed"),
        story("false-digest-reason", BY_CONTRACT, "node", "caller", "rule InvalidReason"),
        story("backdated-receipt", BY_NOTE, "city", "note", "receiptSignedBy"),
        story("withhold-file --verifiers 3", BY_COPY, "node", "withheldDigest", "verifiedRound 2"),
        story("narrow-bundle", BY_GAP, "node", "gap", "verifiedIfAskedFor rounds 1 to 1"),
        story("framed-verifier", BY_NOTE, "verifier-1", "note", "attested LACK", "lackedDigest"),
        story("late-upload", BY_NOTE, "city", "note", "nodeRefused"),
        story("stale-base", BY_GATE, "city", "gate BASE"),
        story(
            "wider-plan",
            IN_AUDIT,
            "coordinator",
            "changed weightCap",
            "finding the plan asks for more than the spec lets plans change",
            "satOut cannot judge: the plan asks for more than the spec lets plans change"));
  }

  /** With verifiers where the others have none, and the other way round, and with collusion. */
  static Stream<Arguments> variants() {
    return Stream.of(
        story("update-byte --verifiers 3", BY_VERIFIERS, "node", "publishedDigest", "finalDigest"),
        story("update-byte --collude", IN_AUDIT, "node", "publishedDigest", "recomputedDigest"),
        story("swap-updates", BY_GAP, "node", "committedDigest", "foundDigest"),
        story("swap-updates --collude", IN_AUDIT, "node", "publishedDigest", "explainedBy"),
        story("wrong-author", BY_GATE, "city", "gate AUTHOR", "audit"),
        story(
            "aggregate-ulp",
            IN_AUDIT,
            "node",
            "publishedDigest",
            "recomputedDigest",
            "tensor",
            "element",
            "publishedValue",
            "recomputedValue"),
        story("aggregate-ulp --collude", IN_AUDIT, "node", "publishedValue", "recomputedValue"),
        story("drop-participant --collude", IN_AUDIT, "node", "recordedReason NORM"),
        story("replay-round --collude", IN_AUDIT, "node", "gate ROUND"),
        story("fake-weight", BY_VERIFIERS, "node", "publishedDigest", "finalDigest"),
        story("fake-weight --verifiers 0", IN_AUDIT, "node", "publishedDigest"),
        story("nan --collude", IN_AUDIT, "node", "gate NONFINITE"),
        story("false-missing", IN_AUDIT, "node", "digest", "receiptSignedBy"),
        story("false-missing --collude", IN_AUDIT, "node", "digest", "receiptSignedBy"),
        story("hijack-key --verifiers 3", AT_ROTATION, "coordinator", "rule WrongSigner"),
        story("withhold-file", BY_GAP, "node", "gap"),
        story("stale-base --collude", IN_AUDIT, "node", "gate BASE"),
        story("wider-plan --collude", IN_AUDIT, "coordinator", "changed weightCap"));
  }

  /**
   * @param evidence names, each with the beginning of its value where that is known
   */
  private static Arguments story(
      String options, String caught, String culprit, String... evidence) {
    return argumentSet(options, options, caught, culprit, List.of(evidence));
  }

  @ParameterizedTest
  @MethodSource("oneOfEachKind")
  void namesTheCulpritAndTheLayerThatCaughtIt(
      String options, String caught, String culprit, List<String> evidence) throws Exception {
    requireCaught(options, caught, culprit, evidence);
  }

  @Tag("variant")
  @ParameterizedTest
  @MethodSource("variants")
  void namesThemWithAndWithoutVerifiersAndWhereTheyCollude(
      String options, String caught, String culprit, List<String> evidence) throws Exception {
    requireCaught(options, caught, culprit, evidence);
  }

  private static void requireCaught(
      String options, String caught, String culprit, List<String> evidence) throws Exception {
    DemoRun run = play(options, "--rounds", "2", "--json").ending(exitCode(caught));

    JsonNode report = run.report();
    JsonNode tamper = report.get("tamper");
    assertThat(tamper.get("caught").booleanValue()).as(run.told()).isTrue();
    assertThat(tamper.get("kind").textValue()).isEqualTo(options.split(" ")[0]);
    assertThat(tamper.at("/culprit/name").textValue()).isEqualTo(culprit);
    assertThat(tamper.get("layer").textValue() + " " + tamper.get("when").textValue())
        .isEqualTo(caught);
    for (String wanted : evidence) {
      String[] parts = wanted.split(" ", 2);
      assertThat(tamper.at("/evidence/" + parts[0]).asText())
          .as(wanted)
          .startsWith(parts.length > 1 ? parts[1] : "")
          .isNotEmpty();
    }
    assertThat(report.at("/audit/verified").booleanValue())
        .as(run.told())
        .isEqualTo(
            !Set.of(IN_AUDIT, BY_GAP).contains(caught)
                && tamper.at("/evidence/finding").isMissingNode());
    assertThat(run.told())
        .contains("The fraud was caught " + tamper.get("when").textValue())
        .contains(
            accuses(caught)
                ? "The culprit is " + culprit + " " + tamper.at("/culprit/address").textValue()
                : "The audit accuses nobody.");
  }

  private static boolean accuses(String caught) {
    return !Set.of(BY_GAP, BY_COPY, BY_NOTE).contains(caught);
  }

  private static int exitCode(String caught) {
    return switch (caught) {
      case BY_GAP -> ExitCode.OUT_OF_REACH;
      case BY_COPY, BY_NOTE -> ExitCode.DONE;
      default -> ExitCode.VERIFICATION_FAILED;
    };
  }

  @Test
  void playsEveryKind() {
    assertThat(oneOfEachKind().map(story -> ((String) story.get()[0]).split(" ")[0]))
        .containsExactlyInAnyOrderElementsOf(Tamper.texts());
  }

  @Test
  void leavesARefusalOnTheChainAsATransactionThatFailed(@TempDir Path folder) throws Exception {
    Path kept = folder.resolve("demo");
    DemoRun run =
        play("forged-signature", "--rounds", "1", "--dir", kept.toString(), "--json")
            .ending(ExitCode.VERIFICATION_FAILED);
    JsonNode evidence = run.report().at("/tamper/evidence");
    assertThat(run.told())
        .contains("Audit: verified.", "  note: block " + evidence.get("block").textValue())
        .contains("the contract refused transaction " + evidence.get("transaction").textValue());

    try (Network network = Networks.start(kept.resolve("chain"))) {
      TransactionReceipt receipt = receipt(network.rpc(), evidence.get("transaction").textValue());
      assertThat(receipt.getStatus()).isEqualTo("0x0");
      assertThat(receipt.getFrom()).isEqualTo(evidence.get("caller").textValue());
      assertThat(receipt.getTo()).isEqualTo(run.report().get("contract").textValue());
      assertThat(receipt.getBlockNumber()).hasToString(evidence.get("block").textValue());
      assertThat(receipt.getLogs()).isEmpty();
    }
  }

  private static TransactionReceipt receipt(URI rpc, String transaction) throws Exception {
    Web3j web3j = Web3j.build(new HttpService(rpc.toString()));
    try {
      return web3j
          .ethGetTransactionReceipt(transaction)
          .send()
          .getTransactionReceipt()
          .orElseThrow();
    } finally {
      web3j.shutdown();
    }
  }

  private static DemoRun play(String options, String... more) {
    List<String> all = new ArrayList<>(List.of("--tamper"));
    all.addAll(List.of(options.split(" ")));
    all.addAll(Arrays.asList(more));
    return DemoRun.of(all.toArray(String[]::new));
  }
}
