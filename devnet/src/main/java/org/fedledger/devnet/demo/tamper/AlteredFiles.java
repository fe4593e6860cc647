package org.fedledger.devnet.demo.tamper;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.fedledger.store.FolderBlobSource;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.BlobMetadata;
import org.fedledger.tensor.SafetensorsFile;
import org.fedledger.tensor.SafetensorsHeader;
import org.fedledger.tensor.SafetensorsWriter;
import org.fedledger.tensor.TensorData;
import org.fedledger.tensor.TensorSpec;
import org.fedledger.types.Digest;

/** What can be done to files whose form shall stay valid. */
final class AlteredFiles {

  /** Another value in place of one. */
  interface Change {
    float of(float value);
  }

  private AlteredFiles() {}

  /** Changes the last weight in place; nothing of the file's form changes. */
  static void changeLast(Path file, Change change) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer last = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      long at = channel.size() - Float.BYTES;
      channel.read(last, at);
      last.putFloat(0, change.of(last.getFloat(0))).flip();
      channel.write(last, at);
    }
  }

  /** Flips one bit, and with it one byte, that is not lost in the rounding of an aggregate. */
  static float flip(float value) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(value) ^ 1 << 16);
  }

  /** Exchanges the contents of two files. */
  static void exchange(Path one, Path other) throws IOException {
    Path aside = Files.createTempFile("fedledger", ".exchanged");
    try {
      Files.copy(one, aside, StandardCopyOption.REPLACE_EXISTING);
      Files.copy(other, one, StandardCopyOption.REPLACE_EXISTING);
      Files.copy(aside, other, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.delete(aside);
    }
  }

  /** Copies a file with other words about itself. */
  static BlobId rename(Path file, BlobMetadata metadata, Path target) throws IOException {
    try (SafetensorsFile source = SafetensorsFile.open(file);
        SafetensorsWriter writer =
            SafetensorsWriter.create(
                target, new SafetensorsHeader(metadata.toMap(), source.header().tensors()))) {
      float[] block = new float[TensorData.BLOCK];
      for (TensorSpec tensor : source.header().tensors()) {
        for (long from = 0; from < tensor.elements(); from += TensorData.BLOCK) {
          int count = (int) Math.min(TensorData.BLOCK, tensor.elements() - from);
          source.tensor(tensor.name()).floats(from, block, count);
          writer.floats(block, count);
        }
      }
      return writer.commit();
    }
  }

  static BlobMetadata metadata(Path file) throws IOException {
    Map<String, String> words = SafetensorsHeader.read(file).metadata();
    return BlobMetadata.of(words);
  }

  /**
   * @throws IOException if it is not there
   */
  static Path stored(FolderBlobSource store, Digest digest) throws IOException {
    return store
        .file(digest)
        .orElseThrow(() -> new IOException("%s is not in the store".formatted(digest)));
  }
}
