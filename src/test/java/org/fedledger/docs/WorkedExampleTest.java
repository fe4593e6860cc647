package org.fedledger.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.fedledger.crypto.SigningKey;
import org.fedledger.rule.AggregationResult;
import org.fedledger.rule.FedAvg;
import org.fedledger.rule.RuleApplication;
import org.fedledger.rule.WeightedUpdate;
import org.fedledger.signing.Attestation;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Draw;
import org.fedledger.signing.NodePlace;
import org.fedledger.signing.NodeRequest;
import org.fedledger.signing.Publication;
import org.fedledger.signing.RoundTerms;
import org.fedledger.signing.SignedMessage;
import org.fedledger.signing.SigningDomain;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.InitialModels;
import org.fedledger.spec.RoundPlan;
import org.fedledger.spec.SpecJson;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Nonce;
import org.fedledger.tensor.SafetensorsHeader;
import org.fedledger.tensor.SafetensorsWriter;
import org.fedledger.tensor.TensorSpec;
import org.fedledger.tensor.UpdateMetadata;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.RoundId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recomputes the example in docs/protocol.md, line by line. */
class WorkedExampleTest {

  private static final Path HOME = Path.of(System.getProperty("fedledger.home"));
  private static final FederationId FEDERATION = FederationId.of("0x" + "f0".repeat(32));
  private static final SigningDomain DOMAIN =
      new SigningDomain(1337, Address.of("0x" + "c0".repeat(20)));

  @TempDir Path folder;
  private final List<String> lines = new ArrayList<>();

  @Test
  void theDocumentedExampleIsWhatTheCodeMakes() throws IOException {
    SigningKey participant = key("participant", 1);
    SigningKey aggregator = key("aggregator", 2);
    SigningKey verifier = key("verifier", 3);
    line("chain id", DOMAIN.chainId());
    line("contract", DOMAIN.contract());
    line("domain separator", hex(DOMAIN.separator()));
    line("federation id", FEDERATION);

    FederationSpec spec =
        SpecJson.readSpec(
            new ObjectMapper()
                .readTree(Files.readAllBytes(HOME.resolve("docs/example-spec.json"))));
    byte[] specFile = SpecJson.write(spec);
    line("spec: docs/example-spec.json, canonical", specFile.length + " bytes");
    line("  digest", Digest.ofContent(specFile));
    RoundPlan plan = new RoundPlan(Digest.ofContent(specFile), spec.plan());
    byte[] planFile = SpecJson.write(plan);
    line("plan: the spec's terms", planFile.length + " bytes");
    line("  digest", Digest.ofContent(planFile));
    Path base = folder.resolve("version-0");
    BlobId version0 = InitialModels.write(spec, FEDERATION, base);
    line("version 0", version0.size() + " bytes");
    line("  digest", version0.digest());

    RoundTerms terms =
        new RoundTerms(
            FEDERATION,
            1,
            Digest.ofContent(planFile),
            version0.digest(),
            Digest.NONE,
            1_800_000_000L,
            BigInteger.ZERO,
            600,
            600,
            600,
            8,
            Draw.everybody(1),
            spec.plan().weightCap());
    RoundId round = terms.id();
    line("round 1: one stage, commit deadline 1800000000, windows 600, 8 attempts", "");
    line("  draw hash", hex(draw(version0.digest(), participant.address())));
    line("  round id", round);

    Path updateFile = folder.resolve("update");
    BlobId update = update(spec, round, version0.digest(), participant.address(), updateFile);
    line("update: every element 0.5, nonce 16 times 0x5a", update.size() + " bytes");
    line("  digest", update.digest());
    UpdateCommitment commitment =
        new UpdateCommitment(
            round, 0, participant.address(), update.digest(), update.size(), 240, 0);
    signed("commitment: weight 240, privacy cost 0", commitment, participant);

    Path modelFile = folder.resolve("version-1");
    BlobId version1 =
        ((AggregationResult.Written)
                RuleApplication.run(
                    new FedAvg(1),
                    new RuleApplication.Source(
                        base,
                        Optional.empty(),
                        List.of(new WeightedUpdate(participant.address(), 240, updateFile))),
                    new RuleApplication.NewVersion(FEDERATION, 1, version0.digest(), Digest.NONE),
                    new RuleApplication.Target(modelFile, folder.resolve("no-state")),
                    1))
            .model();
    line("version 1", version1.size() + " bytes");
    line("  digest", version1.digest());
    Decision decision = Decision.of(1, List.of(0), List.of());
    line("decisions: index 0 accepted", "");
    line("  acceptedDigest", decision.digest());
    Publication publication =
        new Publication(
            round, 1, version1.digest(), version1.size(), Digest.NONE, 0, decision.digest());
    signed("publication: attempt 1, no state", publication, aggregator);
    signed(
        "attestation: it matches",
        Attestation.match(publication.id(), version1.digest(), Digest.NONE),
        verifier);
    signed(
        "place: the aggregator answers at https://node.example/fed until second 1800000000",
        new NodePlace(aggregator.address(), "https://node.example/fed", 1_800_000_000L),
        aggregator);
    signed(
        "request: the participant brings its update there until the same second",
        new NodeRequest(
            participant.address(),
            aggregator.address(),
            "PUT",
            "/v1/blobs/" + update.digest(),
            1_800_000_000L),
        participant);
    gas();

    String example = "    " + String.join("\n    ", lines) + "\n";
    assertThat(Files.readString(HOME.resolve("docs/protocol.md"))).contains(example);
  }

  private SigningKey key(String who, int secret) {
    byte[] bytes = new byte[32];
    bytes[31] = (byte) secret;
    SigningKey key = SigningKey.fromSecret(bytes);
    line(who + "'s private key", "0x" + HexFormat.of().formatHex(bytes));
    line("  address", key.address());
    return key;
  }

  private static byte[] draw(Digest base, Address participant) {
    byte[] hash = Draw.hash(FEDERATION, base, 1, participant).toByteArray();
    byte[] word = new byte[32];
    int length = Math.min(hash.length, word.length);
    System.arraycopy(hash, hash.length - length, word, word.length - length, length);
    return word;
  }

  private static BlobId update(
      FederationSpec spec, RoundId round, Digest base, Address author, Path file)
      throws IOException {
    UpdateMetadata metadata =
        new UpdateMetadata(FEDERATION, round, base, author, new Nonce("0x" + "5a".repeat(16)));
    List<TensorSpec> schema = spec.architecture().schema();
    try (SafetensorsWriter out =
        SafetensorsWriter.create(file, new SafetensorsHeader(metadata.toMap(), schema))) {
      for (TensorSpec tensor : schema) {
        float[] halves = new float[(int) tensor.elements()];
        Arrays.fill(halves, 0.5f);
        out.floats(halves, halves.length);
      }
      return out.commit();
    }
  }

  private void signed(String what, SignedMessage message, SigningKey key) {
    line(what, "");
    line("  struct hash", hex(message.structHash()));
    line("  signed digest", hex(DOMAIN.digest(message)));
    line("  signature", DOMAIN.sign(message, key));
  }

  private void gas() throws IOException {
    JsonNode snapshot =
        new ObjectMapper()
            .readTree(HOME.resolve("contracts/src/test/snapshots/FederatedLedger.json").toFile());
    line("gas, whole transactions", "");
    snapshot.properties().forEach(entry -> line("  " + entry.getKey(), entry.getValue().asText()));
  }

  private static String hex(byte[] bytes) {
    return "0x" + HexFormat.of().formatHex(bytes);
  }

  private void line(String name, Object value) {
    lines.add((name + ": " + value).stripTrailing());
  }
}
