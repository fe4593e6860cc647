package org.fedledger.node.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.fedledger.ledger.LedgerUnreachableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings requests from the event loop to endpoints on other threads, and their answers back.
 *
 * <p>What goes wrong unexpectedly is logged here and answered without details.
 */
final class Dispatcher {

  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  private static final String OTHER = "other";

  private final Vertx vertx;
  private final Executor threads;
  private final HttpObserver observer;
  private final long maxDiscarded;
  private final Consumer<Error> onDeath;

  /**
   * @param threads on which endpoints run
   * @param maxDiscarded bytes of a refused body that are read before the connection is cut
   * @param onDeath told an error after which the process cannot be trusted
   */
  Dispatcher(
      Vertx vertx,
      Executor threads,
      HttpObserver observer,
      long maxDiscarded,
      Consumer<Error> onDeath) {
    this.threads = threads;
    this.vertx = vertx;
    this.observer = observer;
    this.maxDiscarded = maxDiscarded;
    this.onDeath = onDeath;
  }

  Router router(List<Route> routes) {
    Router router = Router.router(vertx);
    for (Route route : routes) {
      String path = route.path().replaceAll("\\{(\\w+)}", ":$1");
      router
          .route(HttpMethod.valueOf(route.method()), path)
          .handler(context -> dispatch(context, route));
      if (route.method().equals("GET")) {
        router.route(HttpMethod.HEAD, path).handler(context -> dispatch(context, route));
      }
    }
    router.errorHandler(
        404,
        c ->
            fail(
                c,
                Problem.NOT_FOUND.because(
                    "there is no such path; /openapi.json lists all that there are")));
    router.errorHandler(
        405,
        c ->
            fail(
                c,
                Problem.METHOD.because(
                    "%s is not for this path; /openapi.json says what is"
                        .formatted(c.request().method()))));
    router.errorHandler(
        400, c -> fail(c, Problem.MALFORMED.because("the request's path is malformed")));
    router.errorHandler(
        500,
        c -> {
          LOG.error("a request failed", c.failure());
          fail(c, Problem.INTERNAL.because("the node's log says more"));
        });
    return router;
  }

  private void fail(RoutingContext routing, Answer answer) {
    HttpServerRequest request = routing.request();
    observer.answered(OTHER, OTHER, answer.status(), Duration.ZERO);
    send(request, new Body(request, vertx.getOrCreateContext()), answer);
  }

  private void dispatch(RoutingContext routing, Route route) {
    HttpServerRequest request = routing.request();
    Context context = vertx.getOrCreateContext();
    Body body = new Body(request, context);
    String path = request.path();
    Call call =
        new Call(
            Connections.address(request.connection()),
            request.method().name(),
            path == null ? "/" : path,
            Map.copyOf(routing.pathParams()),
            routing.queryParams(),
            request.headers(),
            body);
    long began = System.nanoTime();
    threads.execute(
        () -> {
          Answer answer = answer(route, call);
          context.runOnContext(_ -> send(request, body, answer));
          observer.answered(
              call.method(),
              route.path(),
              answer.status(),
              Duration.ofNanos(System.nanoTime() - began));
        });
  }

  private Answer answer(Route route, Call call) {
    try {
      return route.endpoint().answer(call);
    } catch (RefusedException e) {
      return e.answer();
    } catch (LedgerUnreachableException e) {
      LOG.warn("the ledger did not answer: {}", e.toString());
      return Problem.LEDGER.because(
          "the ledger could not be asked; try again in a moment", Map.of("Retry-After", "2"));
    } catch (Exception | StackOverflowError e) {
      // A stack that was used up is free again, unlike memory.
      LOG.error("{} {} failed", call.method(), route.path(), e);
      return Problem.INTERNAL.because("the node's log says more");
    } catch (Error e) {
      onDeath.accept(e);
      return Problem.INTERNAL.because("the node cannot go on, and ends");
    }
  }

  private void send(HttpServerRequest request, Body body, Answer answer) {
    HttpServerResponse response = request.response();
    if (response.closed() || response.ended()) {
      return;
    }
    response.exceptionHandler(e -> LOG.debug("a client went away: {}", e.toString()));
    response.setStatusCode(answer.status());
    Routes.SAFETY.forEach(response::putHeader);
    answer.headers().forEach(response::putHeader);
    if (body.withheld()) {
      response.putHeader("Connection", "close");
    }
    write(request, response, answer)
        .onFailure(e -> LOG.debug("an answer could not be sent: {}", e.toString()))
        .onComplete(_ -> body.discard(maxDiscarded));
  }

  private Future<Void> write(
      HttpServerRequest request, HttpServerResponse response, Answer answer) {
    boolean head = request.method() == HttpMethod.HEAD;
    return switch (answer) {
      case Answer.Document document -> {
        response.putHeader("Content-Type", document.type());
        if (!response.headers().contains("Cache-Control")) {
          response.putHeader("Cache-Control", "no-store");
        }
        if (head) {
          response.putHeader("Content-Length", Integer.toString(document.body().length));
          yield response.end();
        }
        yield response.end(Buffer.buffer(document.body()));
      }
      case Answer.BlobPart part -> {
        response.putHeader("Content-Length", Long.toString(part.length()));
        yield head || part.length() == 0
            ? response.end()
            : new BlobSender(vertx.getOrCreateContext(), response, part).send();
      }
      case Answer.Events events -> {
        if (head) {
          yield response.end();
        }
        response.setChunked(true);
        events.open().accept(vertx, response);
        yield Future.succeededFuture();
      }
      case Answer.Empty _ -> response.end();
    };
  }
}
