package org.fedledger.gate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.fedledger.rule.Reductions;
import org.fedledger.signing.Reason;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.tensor.BlobMetadata;
import org.fedledger.tensor.MalformedFileException;
import org.fedledger.tensor.SafetensorsFile;
import org.fedledger.tensor.TensorSpec;
import org.fedledger.tensor.UpdateMetadata;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;

/**
 * Judges a round's updates, one at a time, in constant memory. A pure function of the commitment
 * and the committed file's bytes, so that everybody comes to the same verdict.
 *
 * <p>The size is judged first, and by the commitment alone: all updates of a schema have one size,
 * so that anybody can prove from the ledger that another one is wrong. A file is judged only if it
 * is the one committed; any other is no file of this commitment, and proves nothing of its author.
 */
public final class Gates {

  private final FederationId federation;
  private final Digest base;
  private final List<TensorSpec> schema;
  private final OptionalDouble normBound;
  private final long updateSize;

  /**
   * @param federation the federation that an update must name
   * @param base the base version's digest that it must name
   * @param schema names, types and shapes that it must have, in name order
   * @param normBound largest Euclidean norm of all its elements; none where empty
   */
  public Gates(
      FederationId federation, Digest base, List<TensorSpec> schema, OptionalDouble normBound) {
    this.federation = federation;
    this.base = base;
    this.schema = List.copyOf(schema);
    this.normBound = normBound;
    this.updateSize = UpdateMetadata.fileSize(schema);
  }

  /** Bytes that every update of this schema has. */
  public long updateSize() {
    return updateSize;
  }

  /** Whether the commitment itself shows that the update cannot be one of this schema. */
  public boolean refusesSizeOf(UpdateCommitment committed) {
    return committed.size() != updateSize;
  }

  /**
   * @param file where a file with the committed digest is, as was checked, or empty if there is
   *     none; nobody may write to it
   * @throws IOException if the file is there and cannot be read
   */
  public Verdict judge(UpdateCommitment committed, Optional<Path> file) throws IOException {
    if (refusesSizeOf(committed)) {
      return refused(
          Reason.SIZE,
          "committed %s bytes; an update of this schema has %d"
              .formatted(Long.toUnsignedString(committed.size()), updateSize));
    }
    if (file.isEmpty()) {
      return refused(Reason.MISSING, "no file came");
    }
    long size = Files.size(file.get());
    if (size != committed.size()) {
      return refused(
          Reason.MISSING,
          "the file of this digest has %d bytes, not the committed %d"
              .formatted(size, committed.size()));
    }
    try (SafetensorsFile update = SafetensorsFile.open(file.get())) {
      return judge(committed, update);
    } catch (MalformedFileException e) {
      return refused(Reason.ENCODING, e.getMessage());
    }
  }

  private Verdict judge(UpdateCommitment committed, SafetensorsFile update) {
    String kind = BlobMetadata.kindOf(update.header().metadata());
    if (!kind.equals(UpdateMetadata.KIND)) {
      return refused(Reason.KIND, "an update belongs here, not a " + kind);
    }
    UpdateMetadata metadata = (UpdateMetadata) BlobMetadata.of(update.header().metadata());
    if (!metadata.federation().equals(federation)) {
      return differs(Reason.FEDERATION, federation, metadata.federation());
    }
    if (!metadata.round().equals(committed.roundId())) {
      return differs(Reason.ROUND, committed.roundId(), metadata.round());
    }
    if (!metadata.author().equals(committed.participant())) {
      return differs(Reason.AUTHOR, committed.participant(), metadata.author());
    }
    if (!metadata.base().equals(base)) {
      return differs(Reason.BASE, base, metadata.base());
    }
    if (!update.header().tensors().equals(schema)) {
      return schemaDiffers(update.header().tensors());
    }
    return judgeElements(update);
  }

  private Verdict schemaDiffers(List<TensorSpec> found) {
    for (int i = 0; i < Math.min(schema.size(), found.size()); i++) {
      if (!schema.get(i).equals(found.get(i))) {
        return differs(Reason.SCHEMA, schema.get(i), found.get(i));
      }
    }
    return refused(
        Reason.SCHEMA, "expected %d tensors, found %d".formatted(schema.size(), found.size()));
  }

  private Verdict judgeElements(SafetensorsFile update) {
    float[] elements = new float[Reductions.BLOCK];
    double[] sumOfSquares = {0.0};
    List<Verdict> nonFinite = new ArrayList<>();
    Reductions.visit(
        schema,
        block -> {
          TensorSpec tensor = schema.get(block.tensor());
          update.tensor(tensor.name()).floats(block.from(), elements, block.count());
          for (int i = 0; i < block.count(); i++) {
            if (!Float.isFinite(elements[i])) {
              nonFinite.add(
                  refused(
                      Reason.NONFINITE,
                      "element %d of %s is %s"
                          .formatted(block.from() + i, tensor.name(), elements[i])));
              return false;
            }
          }
          sumOfSquares[0] = sumOfSquares[0] + Reductions.squares(elements, block.count());
          return true;
        });
    return nonFinite.isEmpty() ? judgeNorm(sumOfSquares[0]) : nonFinite.getFirst();
  }

  private Verdict judgeNorm(double sumOfSquares) {
    if (normBound.isPresent() && sumOfSquares > normBound.getAsDouble() * normBound.getAsDouble()) {
      return refused(
          Reason.NORM,
          "the norm is %s, the bound is %s"
              .formatted(Math.sqrt(sumOfSquares), normBound.getAsDouble()));
    }
    return new Verdict.Admitted();
  }

  private static Verdict differs(Reason reason, Object expected, Object found) {
    return refused(reason, "expected %s, found %s".formatted(expected, found));
  }

  private static Verdict refused(Reason reason, String detail) {
    return new Verdict.Refused(reason, detail);
  }
}
