package org.fedledger.client.node;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * Takes no body, and ends the connection that would bring one.
 *
 * <p>What follows an interim answer is the next answer; HttpClient would read that as the body of
 * the first, up to the connection's end.
 */
final class CutOff<T> implements BodySubscriber<T> {

  private final CompletableFuture<T> result;

  /**
   * @param result what is answered without a body
   */
  CutOff(T result) {
    this.result = CompletableFuture.completedFuture(result);
  }

  @Override
  public CompletionStage<T> getBody() {
    return result;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.cancel();
  }

  @Override
  public void onNext(List<ByteBuffer> bytes) {
    // Came before the connection's end.
  }

  @Override
  public void onError(Throwable cause) {
    // Of a connection that is given up.
  }

  @Override
  public void onComplete() {
    // Nothing was wanted.
  }
}
