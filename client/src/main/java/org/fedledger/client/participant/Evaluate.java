package org.fedledger.client.participant;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.fedledger.client.node.NodeAnswer;
import org.fedledger.client.node.NodeClient;
import org.fedledger.client.node.NodeUnreachableException;
import org.fedledger.crypto.SigningKey;
import org.fedledger.files.WholeFile;
import org.fedledger.signing.Evaluation;
import org.fedledger.signing.SigningDomain;
import org.fedledger.training.Metrics;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;

/** Keeps what final versions were measured to, and posts it, signed. */
final class Evaluate {

  private static final int CONFLICT = 409;

  private final SigningDomain domain;
  private final Address self;
  private final SigningKey key;
  private final WorkFolder folder;
  private final List<NodeClient> nodes;

  Evaluate(
      SigningDomain domain,
      Address self,
      SigningKey key,
      WorkFolder folder,
      List<NodeClient> nodes) {
    this.domain = domain;
    this.self = self;
    this.key = key;
    this.folder = folder;
    this.nodes = nodes;
  }

  /** What was measured before, if it was of this very model. */
  Optional<Metrics> before(long version, Digest model) throws IOException {
    Optional<byte[]> of = RecordFile.read(of(version));
    Optional<byte[]> metrics = RecordFile.read(folder.evaluation(version));
    boolean same = of.isPresent() && text(of.get()).equals(model.toString());
    return same ? metrics.map(Metrics::ofJson) : Optional.empty();
  }

  void keep(long version, Digest model, Metrics metrics) throws IOException {
    WholeFile.write(folder.evaluation(version), metrics.toJson());
    WholeFile.write(of(version), (model + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  private Path of(long version) {
    return folder.evaluation(version).resolveSibling(version + ".model");
  }

  /** Sends the evaluation to every node; a node's first one stands. */
  Result<Metrics> post(FederationId federation, long version, Metrics metrics) {
    byte[] file = metrics.toJson();
    Evaluation evaluation = new Evaluation(federation, version, self, Digest.ofContent(file));
    var signature = domain.sign(evaluation, key);
    Optional<String> trouble = Optional.empty();
    for (NodeClient node : nodes) {
      try {
        if (node.postEvaluation(evaluation, signature, file)
                instanceof NodeAnswer.Refused<Digest> refused
            && refused.status() != CONFLICT) {
          trouble = Optional.of("evaluation to %s: %s".formatted(node.address(), refused.why()));
        }
      } catch (NodeUnreachableException e) {
        trouble = Optional.of(e.getMessage());
      }
    }
    return trouble.<Result<Metrics>>map(Result.Later::new).orElse(new Result.Done<>(metrics));
  }

  private static String text(byte[] file) {
    return new String(file, StandardCharsets.US_ASCII).trim();
  }
}
