package org.fedledger.devnet.demo.tamper;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedledger.bundle.Bundle;
import org.fedledger.bundle.BundleCheck;
import org.fedledger.bundle.BundleManifest.Headers;
import org.fedledger.bundle.BundleTrust;
import org.fedledger.client.audit.bundle.BundleAudit;
import org.fedledger.client.audit.bundle.BundleExport;
import org.fedledger.client.audit.bundle.RoundRange;
import org.fedledger.contracts.EventReader;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.crypto.SigningKey;
import org.fedledger.role.ResultProvider;
import org.fedledger.verify.AuditReport;

/**
 * An aggregator publishes a false model, and hands over a bundle that ends before it. Whoever
 * checks that bundle finds nothing false in it, and does not find it complete, unless the rounds
 * before are all that was asked for.
 */
final class NarrowBundle implements Attack {

  private static final String FILE = "narrow-bundle.zip";

  private final Stage stage;
  private volatile AuditReport askedForLess;

  NarrowBundle(Stage stage) {
    this.stage = stage;
  }

  @Override
  public Party culprit() {
    return stage.node();
  }

  @Override
  public String deed() {
    return "%s published a model one ulp off, and hands over a bundle without that round's files"
        .formatted(stage.node().name());
  }

  @Override
  public ResultProvider aggregation(Web3jLedger ledger, SigningKey key) {
    return new InRound(stage.round(), Lies::oneUlpOff);
  }

  @Override
  public Optional<AuditReport> audit(Handover handover) throws IOException {
    RoundRange before = new RoundRange(1, stage.round() - 1);
    Path file = handover.folder().resolve(FILE);
    new BundleExport(
            handover.rpc(),
            handover.contract(),
            handover.files(),
            new BundleExport.Selection(
                before.first(),
                before.last(),
                true,
                Headers.ALL,
                BundleExport.DEFAULT_EPOCH,
                List.of()),
            _ -> {})
        .to(file);
    askedForLess = check(file, before);
    return Optional.of(check(file, RoundRange.ALL));
  }

  /** As another party checks it, who has the file and nothing else. */
  private static AuditReport check(Path file, RoundRange asked) throws IOException {
    try (Bundle bundle = Bundle.open(file)) {
      return switch (new BundleCheck(bundle, EventReader::read, BundleTrust.NONE).run()) {
        case BundleCheck.Result.Sound sound ->
            new BundleAudit(bundle, sound, false, 1, _ -> {}).report(asked);
        case BundleCheck.Result.Refused(String entry, String why) ->
            throw new IllegalStateException("the bundle is false: %s: %s".formatted(entry, why));
      };
    }
  }

  @Override
  public Optional<Caught> find(FraudEvidence evidence) {
    if (!askedForLess.verified()) {
      return Optional.empty();
    }
    Map<String, String> more = new LinkedHashMap<>();
    more.put("bundle", FILE);
    more.put("verifiedIfAskedFor", "rounds 1 to " + (stage.round() - 1));
    return evidence.lackedInRound().map(caught -> caught.and(more));
  }
}
