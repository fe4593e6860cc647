package org.fedledger.node.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutionException;
import org.fedledger.store.AbsentBlob;
import org.fedledger.store.BlobSource.Part;

/**
 * Sends a part of a blob, range by range, each when the client has taken the one before; so that
 * each answer takes the memory of one range.
 */
final class BlobSender {

  private static final int RANGE = 1 << 17;

  private final Context context;
  private final HttpServerResponse response;
  private final Answer.BlobPart part;

  /**
   * @param context the response's event loop
   */
  BlobSender(Context context, HttpServerResponse response, Answer.BlobPart part) {
    this.context = context;
    this.response = response;
    this.part = part;
  }

  /** Completed when all is sent; where that cannot be, the connection is cut. */
  Future<Void> send() {
    Promise<Void> sent = Promise.promise();
    Thread.ofVirtual()
        .name("answer")
        .start(
            () -> {
              try {
                sendAll();
                sent.complete();
              } catch (IOException | ExecutionException | InterruptedException e) {
                EventLoop.run(context, response::reset);
                sent.fail(e);
              }
            });
    return sent.future();
  }

  private void sendAll() throws IOException, ExecutionException, InterruptedException {
    long end = part.offset() + part.length();
    for (long at = part.offset(); at < end; ) {
      ByteBuffer range = range(at, (int) Math.min(RANGE, end - at));
      byte[] bytes = new byte[range.remaining()];
      range.get(bytes);
      at += bytes.length;
      onContext(() -> response.write(Buffer.buffer(bytes)));
    }
    onContext(response::end);
  }

  private ByteBuffer range(long at, int length) throws IOException {
    return switch (part.source().read(part.digest(), at, length)) {
      case Part.Bytes(ByteBuffer bytes, long _) when bytes.remaining() == length -> bytes;
      case Part.Bytes _ -> throw new IOException(part.digest() + " was cut");
      case AbsentBlob absent -> throw new IOException("%s: %s".formatted(part.digest(), absent));
    };
  }

  private interface Writing {
    Future<Void> begin();
  }

  private void onContext(Writing writing)
      throws IOException, ExecutionException, InterruptedException {
    Promise<Void> done = Promise.promise();
    boolean begun =
        EventLoop.run(
            context,
            () -> {
              try {
                writing.begin().onComplete(done);
              } catch (IllegalStateException e) {
                // The client went away meanwhile.
                done.fail(e);
              }
            });
    if (!begun) {
      throw new IOException("the node closes");
    }
    done.future().toCompletionStage().toCompletableFuture().get();
  }
}
