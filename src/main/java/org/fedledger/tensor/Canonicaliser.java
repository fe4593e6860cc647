package org.fedledger.tensor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Turns files by other writers into the canonical form. */
public final class Canonicaliser {

  private Canonicaliser() {}

  /**
   * Writes the tensors of a safetensors file in canonical form, F16 and BF16 widened exactly to
   * F32, all others bit for bit, with our metadata in place of whatever it had.
   *
   * @param target must not be the source; replaced if it exists
   * @throws MalformedFileException if the source is no safetensors file or holds what the protocol
   *     cannot; no target is then left
   */
  public static BlobId canonicalise(Path source, BlobMetadata metadata, Path target)
      throws IOException {
    try (ForeignFile foreign = ForeignFile.open(source)) {
      SafetensorsHeader header = header(foreign, metadata);
      try (SafetensorsWriter writer = SafetensorsWriter.create(target, header)) {
        for (TensorSpec spec : header.tensors()) {
          copy(foreign.tensor(spec.name()), spec, writer);
        }
        return writer.commit();
      }
    }
  }

  private static SafetensorsHeader header(ForeignFile foreign, BlobMetadata metadata) {
    try {
      List<TensorSpec> widened =
          foreign.tensors().stream()
              .map(spec -> new TensorSpec(spec.name(), spec.type().widened(), spec.shape()))
              .toList();
      return new SafetensorsHeader(metadata.toMap(), widened);
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException("no canonical form: " + e.getMessage(), e);
    }
  }

  private static void copy(TensorData from, TensorSpec spec, SafetensorsWriter to)
      throws IOException {
    float[] floats = new float[TensorData.BLOCK];
    double[] doubles = new double[TensorData.BLOCK];
    int[] ints = new int[TensorData.BLOCK];
    long[] longs = new long[TensorData.BLOCK];
    for (long done = 0; done < spec.elements(); done += TensorData.BLOCK) {
      int count = (int) Math.min(TensorData.BLOCK, spec.elements() - done);
      switch (spec.type()) {
        case F32 -> {
          from.floats(done, floats, count);
          to.floats(floats, count);
        }
        case F64 -> {
          from.doubles(done, doubles, count);
          to.doubles(doubles, count);
        }
        case U32 -> {
          from.ints(done, ints, count);
          to.ints(ints, count);
        }
        case U64 -> {
          from.longs(done, longs, count);
          to.longs(longs, count);
        }
        case F16, BF16 -> throw new IllegalStateException("a widened type is canonical");
      }
    }
  }
}
