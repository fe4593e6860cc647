package org.fedledger.devnet.besu;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * One validator as a service of docker compose. It has the host's own network, so that its peers
 * see it where it is named and its RPC is on the host's loopback and nowhere else. It is healthy
 * while its newest block is new: it answers as well where the chain stands still.
 *
 * @param name of the service; its key is the secret {@code NAME-key}, its chain the volume {@code
 *     NAME-data}
 * @param enode where its peers reach it
 * @param rpcPort JSON-RPC over HTTP, on loopback
 * @param webSocketPort JSON-RPC over WebSocket, on loopback
 * @param metricsPort where Prometheus reads, on loopback; empty for nowhere
 * @param longestSilence how old its newest block may be while it is healthy
 * @param folder of its key, from the compose file: {@code .} or a name
 * @param alone whether it has the host for itself, and takes peers from other hosts
 * @param accounts whether only the accounts of {@code permissions.toml} may send transactions
 */
record ComposeService(
    String name,
    Enode enode,
    int rpcPort,
    int webSocketPort,
    OptionalInt metricsPort,
    Duration longestSilence,
    String folder,
    boolean alone,
    boolean accounts) {

  /** Where an organisation's own programs find the chain. */
  static final int RPC_PORT = 8545;

  static final int WEB_SOCKET_PORT = 8546;
  static final int METRICS_PORT = 9545;

  private static final int LARGEST_PORT = 65_535;
  private static final String LOOPBACK = "127.0.0.1";

  ComposeService {
    if (!name.matches("[a-z][a-z0-9-]{0,40}")) {
      throw new IllegalArgumentException("not the name of a service: " + name);
    }
    for (int port : new int[] {rpcPort, webSocketPort}) {
      if (port < 1 || port > LARGEST_PORT) {
        throw new IllegalArgumentException("a port is from 1 to 65535, not " + port);
      }
    }
  }

  /** Its part of {@code services}. */
  String yaml() {
    StringBuilder yaml = new StringBuilder();
    yaml.append(OWNER.formatted(name));
    yaml.append(
        SERVICE.formatted(
            name,
            enode.port(),
            rpcPort,
            webSocketPort,
            alone ? "0.0.0.0" : LOOPBACK,
            longestSilence.toSeconds()));
    metricsPort.ifPresent(
        port -> {
          yaml.append(word("--metrics-enabled"));
          yaml.append(word("--metrics-host=" + LOOPBACK));
          yaml.append(word("--metrics-port=" + port));
        });
    if (!alone) {
      yaml.append(word("--p2p-host=" + LOOPBACK));
    } else if (enode.host().matches("[0-9.]+")) {
      yaml.append(word("--p2p-host=" + enode.host()));
    }
    if (accounts) {
      yaml.append(word("--permissions-accounts-config-file-enabled"));
      yaml.append(word("--permissions-accounts-config-file=/config/permissions.toml"));
    }
    if (!alone) {
      yaml.append(WITH_ITS_STARTER);
    }
    return yaml.toString();
  }

  private static String word(String word) {
    return "      - %s\n".formatted(word);
  }

  String secretYaml() {
    return "  %s-key:\n    file: ./%skey\n".formatted(name, folder.equals(".") ? "" : folder + "/");
  }

  String volumesYaml() {
    return "  %s-data:\n".formatted(name);
  }

  /** A new volume is root's; this gives it to the user that Besu runs as, and ends. */
  private static final String OWNER =
      """
        %1$s-owner:
          image: *image
          user: "0:0"
          entrypoint: [chown]
          command: ["${BESU_UID:-1000}:${BESU_GID:-1000}", /data]
          network_mode: none
          cap_drop: [ALL]
          cap_add: [CHOWN]
          security_opt: [no-new-privileges:true]
          volumes:
            - %1$s-data:/data
      """;

  /** A network of one machine is somebody's, who starts and ends it. */
  private static final String WITH_ITS_STARTER =
      """
          restart: "no"
          stop_grace_period: 10s
      """;

  private static final String SERVICE =
      """
        %1$s:
          <<: *besu
          depends_on:
            %1$s-owner:
              condition: service_completed_successfully
          secrets: [%1$s-key]
          volumes:
            - %1$s-data:/data
            - ./genesis.json:/config/genesis.json:ro
            - ./static-nodes.json:/config/static-nodes.json:ro
            - ./permissions.toml:/config/permissions.toml:ro
          healthcheck:
            test:
              - CMD
              - bash
              - -c
              - >-
                exec 3<>/dev/tcp/127.0.0.1/%3$d || exit 1;
                ask='{"jsonrpc":"2.0","id":1,"method":"eth_getBlockByNumber","params":["latest",false]}';
                printf 'POST / HTTP/1.0\\r\\nHost: localhost\\r\\nContent-Type: application/json\\r\\nContent-Length: %%d\\r\\n\\r\\n%%s' "$${#ask}" "$$ask" >&3;
                read -r -t 8 -d '' answer <&3;
                form='"timestamp" *: *"(0x[0-9a-f]+)"';
                [[ $$answer =~ $$form ]] && (( $$(printf '%%(%%s)T' -1) - BASH_REMATCH[1] <= %6$d ))
            interval: 15s
            timeout: 10s
            retries: 4
            start_period: 180s
          command:
            - --data-path=/data
            - --genesis-file=/config/genesis.json
            - --static-nodes-file=/config/static-nodes.json
            - --permissions-nodes-config-file-enabled
            - --permissions-nodes-config-file=/config/permissions.toml
            - --Xdns-enabled=true
            - --Xdns-update-enabled=true
            - --discovery-enabled=false
            - --nat-method=NONE
            - --p2p-interface=%5$s
            - --p2p-port=%2$d
            - --min-gas-price=0
            - --tx-pool-max-future-by-sender=100000
            - --host-allowlist=localhost,127.0.0.1
            - --rpc-http-enabled
            - --rpc-http-host=127.0.0.1
            - --rpc-http-port=%3$d
            - --rpc-http-api=ETH,NET,WEB3,QBFT,TXPOOL
            - --rpc-ws-enabled
            - --rpc-ws-host=127.0.0.1
            - --rpc-ws-port=%4$d
            - --rpc-ws-api=ETH,NET,WEB3
            - --color-enabled=false
            - --node-private-key-file=/run/secrets/%1$s-key
      """;
}
