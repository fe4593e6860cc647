package org.fedledger.spec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import org.fedledger.rule.RuleApplication;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.ModelMetadata;
import org.fedledger.tensor.SafetensorsHeader;
import org.fedledger.tensor.SafetensorsWriter;
import org.fedledger.tensor.StateMetadata;
import org.fedledger.tensor.TensorData;
import org.fedledger.tensor.TensorSpec;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;

/** Makes version 0, model and rule state, from a spec: the same bytes for everybody. */
public final class InitialModels {

  private static final byte[] DOMAIN =
      "FedLedger glorot-uniform/1".getBytes(StandardCharsets.US_ASCII);
  private static final int VALUES_PER_BLOCK = 8;
  private static final double TWO_TO_32 = 0x1p32;

  private InitialModels() {}

  /** Whether the spec says how version 0 is made, so that no file need be supplied. */
  public static boolean reproducible(FederationSpec spec) {
    return !(spec.initial() instanceof InitialModel.Supplied);
  }

  /** Bytes of version 0, known before any is written: a spec may ask for more than a disk has. */
  public static long size(FederationSpec spec) {
    return ModelMetadata.fileSize(0, spec.architecture().schema());
  }

  private static SafetensorsHeader header(FederationSpec spec, FederationId federation) {
    return new SafetensorsHeader(
        new ModelMetadata(federation, 0, Digest.NONE).toMap(), spec.architecture().schema());
  }

  /** Bytes of the rule state that belongs to version 0; 0 where the spec's rule has none. */
  public static long stateSize(FederationSpec spec) {
    return spec.plan()
        .rule()
        .stateForm(spec.architecture().schema())
        .map(form -> StateMetadata.fileSize(0, form))
        .orElse(0L);
  }

  /**
   * Writes version 0.
   *
   * @throws IllegalArgumentException if the spec says that it is supplied as a file
   */
  public static BlobId write(FederationSpec spec, FederationId federation, Path target)
      throws IOException {
    if (!reproducible(spec)) {
      throw new IllegalArgumentException(
          "the spec says that the initial model is supplied; it cannot be made from the spec");
    }
    List<TensorSpec> schema = spec.architecture().schema();
    try (SafetensorsWriter out = SafetensorsWriter.create(target, header(spec, federation))) {
      for (TensorSpec tensor : schema) {
        switch (spec.initial()) {
          case InitialModel.GlorotUniform g when tensor.shape().size() > 1 ->
              uniform(out, tensor, g.seed());
          case InitialModel.GlorotUniform _, InitialModel.Zeros _ -> zeros(out, tensor);
          case InitialModel.Supplied _ -> throw new IllegalStateException("refused above");
        }
      }
      return out.commit();
    }
  }

  /**
   * Writes the rule state that belongs to version 0.
   *
   * @return empty, with nothing written, where the spec's rule has none
   */
  public static Optional<BlobId> writeState(
      FederationSpec spec, FederationId federation, Path target) throws IOException {
    return RuleApplication.initialState(
        spec.plan().rule(), spec.architecture().schema(), federation, target);
  }

  private static void zeros(SafetensorsWriter out, TensorSpec tensor) throws IOException {
    float[] zeros = new float[TensorData.BLOCK];
    for (long left = tensor.elements(); left > 0; left -= TensorData.BLOCK) {
      out.floats(zeros, (int) Math.min(left, TensorData.BLOCK));
    }
  }

  /** Only + - * / and sqrt, so that every language gives the same bits. */
  private static void uniform(SafetensorsWriter out, TensorSpec tensor, Digest seed)
      throws IOException {
    double limit = Math.sqrt(6.0 / (double) (tensor.shape().get(0) + tensor.shape().get(1)));
    byte[] name = tensor.name().getBytes(StandardCharsets.US_ASCII);
    MessageDigest sha256 = Digest.sha256();
    float[] values = new float[VALUES_PER_BLOCK];
    long left = tensor.elements();
    for (long block = 0; left > 0; block++, left -= VALUES_PER_BLOCK) {
      sha256.update(DOMAIN);
      sha256.update(seed.bytes());
      sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(name.length).flip());
      sha256.update(name);
      sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(block).flip());
      ByteBuffer drawn = ByteBuffer.wrap(sha256.digest());
      for (int i = 0; i < VALUES_PER_BLOCK; i++) {
        double unit = (double) (drawn.getInt() & 0xFFFF_FFFFL) / TWO_TO_32;
        values[i] = (float) ((2.0 * unit - 1.0) * limit);
      }
      out.floats(values, (int) Math.min(left, VALUES_PER_BLOCK));
    }
  }
}
