package org.fedledger.contracts;

import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;

/**
 * Takes no more of any answer than a number of bytes, errors' bodies and unpacked ones included.
 */
final class BoundedAnswers implements Interceptor {

  /** Asking for the same again gives as much. */
  static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLongException(long max) {
      super("it answers with more than %d bytes".formatted(max));
    }
  }

  private final long max;

  /**
   * @param max bytes of an answer
   */
  BoundedAnswers(long max) {
    this.max = max;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Response answer = chain.proceed(chain.request());
    ResponseBody body = answer.body();
    return answer
        .newBuilder()
        .body(
            ResponseBody.create(
                Okio.buffer(new Bounded(body.source(), max)),
                body.contentType(),
                body.contentLength()))
        .build();
  }

  private static final class Bounded extends ForwardingSource {

    private final long max;
    private long taken;

    Bounded(Source answer, long max) {
      super(answer);
      this.max = max;
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
      long read = super.read(sink, byteCount);
      taken += Math.max(0, read);
      if (taken > max) {
        throw new TooLongException(max);
      }
      return read;
    }
  }
}
