package org.fedledger.client.node;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Digest;

/** Writes a download to a file, hashing it on its way, and refuses more bytes than expected. */
final class FileSink implements BodySubscriber<BlobId> {

  private final Path target;
  private final long maxBytes;
  private final AtomicLong progress;
  private final CompletableFuture<BlobId> done = new CompletableFuture<>();
  private final MessageDigest sha256;
  private Flow.Subscription subscription;
  private FileChannel out;
  private long got;

  /**
   * @param target an existing file, overwritten
   * @param progress raised by each byte that comes
   */
  FileSink(Path target, long maxBytes, AtomicLong progress) {
    this.target = target;
    this.maxBytes = maxBytes;
    this.progress = progress;
    this.sha256 = Digest.sha256();
  }

  @Override
  public CompletionStage<BlobId> getBody() {
    return done;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    try {
      out =
          FileChannel.open(target, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
      given.request(1);
    } catch (IOException e) {
      fail(e);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    try {
      for (ByteBuffer buffer : buffers) {
        got += buffer.remaining();
        progress.addAndGet(buffer.remaining());
        if (got > maxBytes) {
          throw new TooLargeException(maxBytes);
        }
        sha256.update(buffer.duplicate());
        while (buffer.hasRemaining()) {
          out.write(buffer);
        }
      }
      subscription.request(1);
    } catch (IOException e) {
      fail(e);
    }
  }

  @Override
  public void onError(Throwable error) {
    fail(error);
  }

  @Override
  public void onComplete() {
    try {
      out.close();
      done.complete(new BlobId(new Digest(sha256.digest()), got));
    } catch (IOException e) {
      fail(e);
    }
  }

  private void fail(Throwable error) {
    subscription.cancel();
    try {
      if (out != null) {
        out.close();
      }
    } catch (IOException e) {
      error.addSuppressed(e);
    }
    done.completeExceptionally(error);
  }

  /** More came than may come; asking again would not help. */
  static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLargeException(long maxBytes) {
      super("more than the %d bytes expected".formatted(maxBytes));
    }
  }
}
