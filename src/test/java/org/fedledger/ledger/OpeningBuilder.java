package org.fedledger.ledger;

import java.math.BigInteger;
import java.util.List;
import org.fedledger.signing.Draw;
import org.fedledger.types.Digest;

/** An opening that is another one but for what a test changes. */
public final class OpeningBuilder {

  private Digest plan;
  private long planSize;
  private long baseVersion;
  private Digest baseModel;
  private Digest baseState;
  private long commitDeadline;
  private BigInteger laterStages;
  private int revealSeconds;
  private int publicationSeconds;
  private int attestationSeconds;
  private int attempts;
  private BigInteger drawThreshold;
  private int drawn;
  private long weightCap;

  private OpeningBuilder(RoundOpening o) {
    plan = o.plan();
    planSize = o.planSize();
    baseVersion = o.baseVersion();
    baseModel = o.baseModel();
    baseState = o.baseState();
    commitDeadline = o.commitDeadline();
    laterStages = o.laterStages();
    revealSeconds = o.revealSeconds();
    publicationSeconds = o.publicationSeconds();
    attestationSeconds = o.attestationSeconds();
    attempts = o.attempts();
    drawThreshold = o.drawThreshold();
    drawn = o.drawn();
    weightCap = o.weightCap();
  }

  public static OpeningBuilder of(RoundOpening opening) {
    return new OpeningBuilder(opening);
  }

  public OpeningBuilder plan(Digest changed, long size) {
    plan = changed;
    planSize = size;
    return this;
  }

  public OpeningBuilder base(long version, Digest model, Digest state) {
    baseVersion = version;
    baseModel = model;
    baseState = state;
    return this;
  }

  public OpeningBuilder commitDeadline(long changed) {
    commitDeadline = changed;
    return this;
  }

  public OpeningBuilder stages(StageTerms... later) {
    return packedStages(StageTerms.pack(List.of(later)));
  }

  public OpeningBuilder packedStages(BigInteger packed) {
    laterStages = packed;
    return this;
  }

  public OpeningBuilder windows(int reveal, int publication, int attestation) {
    revealSeconds = reveal;
    publicationSeconds = publication;
    attestationSeconds = attestation;
    return this;
  }

  public OpeningBuilder attempts(int changed) {
    attempts = changed;
    return this;
  }

  public OpeningBuilder draw(Draw draw) {
    drawThreshold = draw.threshold();
    drawn = (int) draw.drawn();
    return this;
  }

  public OpeningBuilder weightCap(long changed) {
    weightCap = changed;
    return this;
  }

  public RoundOpening build() {
    return new RoundOpening(
        plan,
        planSize,
        baseVersion,
        baseModel,
        baseState,
        commitDeadline,
        laterStages,
        revealSeconds,
        publicationSeconds,
        attestationSeconds,
        attempts,
        drawThreshold,
        drawn,
        weightCap);
  }
}
