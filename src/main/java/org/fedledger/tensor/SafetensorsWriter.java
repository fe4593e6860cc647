package org.fedledger.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.fedledger.files.Buffers;
import org.fedledger.files.WholeFile;
import org.fedledger.types.Digest;

/**
 * Writes a canonical safetensors file as a stream, and its digest with it.
 *
 * <p>Elements come in the order of the header's tensors, in blocks of any length that may span
 * tensors of one type. The file appears under its name when {@link #commit} has synced it to disk,
 * whole or not at all; {@link #close} without commit leaves nothing. For one thread.
 */
public final class SafetensorsWriter implements AutoCloseable {

  private final Path target;
  private final WholeFile file;
  private final SafetensorsHeader header;
  private final MessageDigest sha256 = Digest.sha256();
  private final ByteBuffer buffer =
      ByteBuffer.allocate(Buffers.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private int tensor = -1;
  private long elementsLeft;
  private long written;

  private SafetensorsWriter(Path target, SafetensorsHeader header) throws IOException {
    this.target = target;
    this.file = WholeFile.beside(target);
    this.header = header;
  }

  /**
   * Begins a file beside its place.
   *
   * @param target replaced by {@link #commit} if it exists; its folder must exist
   */
  public static SafetensorsWriter create(Path target, SafetensorsHeader header) throws IOException {
    byte[] encoded = header.encode();
    SafetensorsWriter writer = new SafetensorsWriter(target, header);
    try {
      writer.begin(encoded);
      return writer;
    } catch (IOException | RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  /** Writes the first count elements of the array as the next of F32. */
  public void floats(float[] elements, int count) throws IOException {
    for (int done = 0; done < count; ) {
      int block = room(ElementType.F32, count - done);
      buffer.asFloatBuffer().put(elements, done, block);
      done += advance(block, Float.BYTES);
    }
  }

  /** Writes the first count elements of the array as the next of F64. */
  public void doubles(double[] elements, int count) throws IOException {
    for (int done = 0; done < count; ) {
      int block = room(ElementType.F64, count - done);
      buffer.asDoubleBuffer().put(elements, done, block);
      done += advance(block, Double.BYTES);
    }
  }

  /** Writes the first count elements of the array as the next of U32. */
  public void ints(int[] elements, int count) throws IOException {
    for (int done = 0; done < count; ) {
      int block = room(ElementType.U32, count - done);
      buffer.asIntBuffer().put(elements, done, block);
      done += advance(block, Integer.BYTES);
    }
  }

  /** Writes the first count elements of the array as the next of U64. */
  public void longs(long[] elements, int count) throws IOException {
    for (int done = 0; done < count; ) {
      int block = room(ElementType.U64, count - done);
      buffer.asLongBuffer().put(elements, done, block);
      done += advance(block, Long.BYTES);
    }
  }

  /**
   * Syncs the file to disk, puts it in its place, and syncs the folder.
   *
   * @throws IllegalStateException if elements are still to come
   */
  public BlobId commit() throws IOException {
    if (tensor < header.tensors().size()) {
      throw new IllegalStateException(
          "tensor %s still lacks %d elements"
              .formatted(header.tensors().get(tensor).name(), elementsLeft));
    }
    flush();
    file.commit(target);
    return new BlobId(new Digest(sha256.digest()), written);
  }

  /** Deletes what was written unless it was committed. */
  @Override
  public void close() throws IOException {
    file.close();
  }

  /** Moves to the next tensor that has elements, or past the last. */
  private void nextTensor() {
    do {
      tensor++;
      elementsLeft = tensor < header.tensors().size() ? header.tensors().get(tensor).elements() : 0;
    } while (tensor < header.tensors().size() && elementsLeft == 0);
  }

  /** How many of the wanted elements may come now; at least one. */
  private int room(ElementType type, int wanted) throws IOException {
    if (tensor == header.tensors().size()) {
      throw new IllegalStateException("%d elements too many were written".formatted(wanted));
    }
    TensorSpec current = header.tensors().get(tensor);
    if (current.type() != type) {
      throw new IllegalStateException(
          "tensor %s takes %s, not %s".formatted(current.name(), current.type(), type));
    }
    if (buffer.remaining() < type.bytes()) {
      flush();
    }
    int room = Math.min(wanted, buffer.remaining() / type.bytes());
    return (int) Math.min(room, elementsLeft);
  }

  private int advance(int elements, int elementBytes) {
    buffer.position(buffer.position() + elements * elementBytes);
    elementsLeft -= elements;
    if (elementsLeft == 0) {
      nextTensor();
    }
    return elements;
  }

  private void begin(byte[] encodedHeader) throws IOException {
    for (int done = 0; done < encodedHeader.length; ) {
      int block = Math.min(buffer.capacity(), encodedHeader.length - done);
      buffer.put(encodedHeader, done, block);
      flush();
      done += block;
    }
    nextTensor();
  }

  private void flush() throws IOException {
    buffer.flip();
    sha256.update(buffer.array(), 0, buffer.limit());
    while (buffer.hasRemaining()) {
      written += file.channel().write(buffer);
    }
    buffer.clear();
  }
}
