package org.fedledger.role;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Calls of other parties, each by a key, and one for each key at a time. One that takes long is
 * left under way, and what came of it is told when it is asked for later. For one thread.
 */
final class Calls<K, T> {

  private final Concurrency concurrency;
  private final Map<K, CompletableFuture<T>> underWay = new LinkedHashMap<>();

  Calls(Concurrency concurrency) {
    this.concurrency = concurrency;
  }

  /**
   * Makes those calls that are not under way.
   *
   * @return of those that have ended what they gave, also of one that is not wanted any more; the
   *     others are still under way
   * @throws RuntimeException as a call threw it; what others gave is told before or after
   */
  SequencedMap<K, T> make(SequencedMap<K, Supplier<T>> wanted) {
    List<Runnable> begun = new ArrayList<>();
    wanted.forEach(
        (key, call) -> {
          if (!underWay.containsKey(key)) {
            CompletableFuture<T> result = new CompletableFuture<>();
            underWay.put(key, result);
            begun.add(() -> complete(result, call));
          }
        });
    if (!begun.isEmpty()) {
      concurrency.start(begun);
    }
    return ended();
  }

  /** What those gave that have ended since it was last asked for, wanted or not. */
  SequencedMap<K, T> ended() {
    SequencedMap<K, T> ended = new LinkedHashMap<>();
    for (Iterator<Map.Entry<K, CompletableFuture<T>>> all = underWay.entrySet().iterator();
        all.hasNext(); ) {
      Map.Entry<K, CompletableFuture<T>> call = all.next();
      boolean failed = call.getValue().isCompletedExceptionally();
      // A failure must not take from the others what they gave.
      if (call.getValue().isDone() && !(failed && !ended.isEmpty())) {
        all.remove();
        ended.put(call.getKey(), result(call.getValue()));
      }
    }
    return ended;
  }

  private static <T> void complete(CompletableFuture<T> result, Supplier<T> call) {
    try {
      result.complete(call.get());
    } catch (RuntimeException | Error e) {
      result.completeExceptionally(e);
      if (e instanceof Error fatal) {
        throw fatal;
      }
    }
  }

  private static <T> T result(CompletableFuture<T> ended) {
    if (ended.state() != CompletableFuture.State.FAILED) {
      return ended.resultNow();
    }
    if (ended.exceptionNow() instanceof Error fatal) {
      throw fatal;
    }
    throw (RuntimeException) ended.exceptionNow();
  }
}
