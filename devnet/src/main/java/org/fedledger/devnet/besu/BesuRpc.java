package org.fedledger.devnet.besu;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.fedledger.types.Address;

/** What a validator tells of itself, while it may be away. */
public final class BesuRpc implements AutoCloseable {

  /** Where the same is asked again and again: a validator that is just busy answers later. */
  private static final Duration SHORT = Duration.ofSeconds(3);

  private static final int MAX_BYTES = 1 << 20;
  private static final int HTTP_OK = 200;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Duration patience;
  private final HttpClient http;

  BesuRpc() {
    this(SHORT);
  }

  /**
   * @param patience with each answer
   */
  public BesuRpc(Duration patience) {
    this.patience = patience;
    this.http = HttpClient.newBuilder().connectTimeout(patience).build();
  }

  /**
   * A block as far as a network's health goes.
   *
   * @param timestamp seconds since 1970 UTC; 0 of a genesis
   */
  public record Block(long number, long timestamp) {}

  /** The newest block. */
  public Block newest(URI rpc) throws IOException, InterruptedException {
    JsonNode block = call(rpc, "eth_getBlockByNumber", "latest", false);
    return new Block(number(block.path("number")), number(block.path("timestamp")));
  }

  /** Number of the newest block. */
  long height(URI rpc) throws IOException, InterruptedException {
    return number(call(rpc, "eth_blockNumber"));
  }

  /** How many peers it is connected to. */
  public long peers(URI rpc) throws IOException, InterruptedException {
    return number(call(rpc, "net_peerCount"));
  }

  long chainId(URI rpc) throws IOException, InterruptedException {
    return number(call(rpc, "eth_chainId"));
  }

  /** Who may make the block after the newest. */
  List<Address> validators(URI rpc) throws IOException, InterruptedException {
    List<Address> validators = new ArrayList<>();
    try {
      for (JsonNode each : call(rpc, "qbft_getValidatorsByBlockNumber", "latest")) {
        validators.add(Address.of(each.asText()));
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("it told validators that are no addresses: " + e.getMessage(), e);
    }
    return validators;
  }

  private static long number(JsonNode result) throws IOException {
    try {
      return Long.decode(result.asText());
    } catch (NumberFormatException e) {
      throw new IOException("it told '%s' where a number belongs".formatted(result), e);
    }
  }

  /**
   * @throws IOException if there is no answer in time, or it is an error
   */
  private JsonNode call(URI rpc, String method, Object... params)
      throws IOException, InterruptedException {
    ObjectNode body = MAPPER.createObjectNode().put("jsonrpc", "2.0").put("id", 1);
    body.put("method", method).set("params", MAPPER.valueToTree(params));
    HttpRequest request =
        HttpRequest.newBuilder(rpc)
            .timeout(patience)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build();
    HttpResponse<InputStream> answer =
        http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream in = answer.body()) {
      JsonNode result = MAPPER.readTree(in.readNBytes(MAX_BYTES)).path("result");
      if (answer.statusCode() != HTTP_OK || result.isMissingNode()) {
        throw new IOException("%s at %s answered without a result".formatted(method, rpc));
      }
      return result;
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
