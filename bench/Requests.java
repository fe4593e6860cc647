import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands before a chain node, and counts what is asked of it: {@code bench/run Requests URL
 * SECONDS} prints its own address, which node and participant take for {@code --rpc}, and every so
 * many seconds what came.
 */
final class Requests {

  private static final Pattern METHOD = Pattern.compile("\"method\"\\s*:\\s*\"(\\w+)\"");

  public static void main(String[] args) throws Exception {
    URI node = URI.create(args[0]);
    long seconds = Long.parseLong(args[1]);
    Map<String, Integer> asked = new TreeMap<>();
    HttpClient http = HttpClient.newHttpClient();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(command -> Thread.ofVirtual().start(command));
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            byte[] request = exchange.getRequestBody().readAllBytes();
            Matcher methods = METHOD.matcher(new String(request));
            synchronized (asked) {
              while (methods.find()) {
                asked.merge(methods.group(1), 1, Integer::sum);
              }
            }
            byte[] answer =
                http.send(
                        HttpRequest.newBuilder(node)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(request))
                            .build(),
                        HttpResponse.BodyHandlers.ofByteArray())
                    .body();
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
    System.out.println("http://127.0.0.1:" + server.getAddress().getPort());
    while (true) {
      Thread.sleep(seconds * 1_000);
      synchronized (asked) {
        int all = asked.values().stream().mapToInt(Integer::intValue).sum();
        System.out.printf("%.1f a second: %s%n", (double) all / seconds, asked);
        asked.clear();
      }
    }
  }
}
