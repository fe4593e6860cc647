package org.fedledger.devnet.besu;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where one validator listens on 127.0.0.1.
 *
 * @param p2p for its peers
 * @param rpc JSON-RPC over HTTP
 * @param webSocket JSON-RPC over WebSocket
 */
record ValidatorPorts(int p2p, int rpc, int webSocket) {

  static final int LARGEST = 65_535;

  ValidatorPorts {
    for (int port : List.of(p2p, rpc, webSocket)) {
      if (port < 1 || port > LARGEST) {
        throw new IllegalArgumentException("a port is from 1 to 65535, not " + port);
      }
    }
    if (Set.of(p2p, rpc, webSocket).size() != 3) {
      throw new IllegalArgumentException("three ports that differ are needed");
    }
  }

  List<Integer> all() {
    return List.of(p2p, rpc, webSocket);
  }

  /** The first that somebody has, in the order given; 0 if all are free. */
  static int firstTaken(List<ValidatorPorts> ports) throws IOException {
    for (ValidatorPorts each : ports) {
      for (int port : each.all()) {
        if (!free(port)) {
          return port;
        }
      }
    }
    return 0;
  }

  static boolean free(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (java.net.BindException e) {
      return false;
    }
  }

  /** Ports that nobody has now, all of them different. */
  static List<ValidatorPorts> choose(int validators) throws IOException {
    Set<Integer> chosen = new HashSet<>();
    List<ValidatorPorts> ports = new ArrayList<>();
    for (int i = 0; i < validators; i++) {
      ports.add(new ValidatorPorts(next(chosen), next(chosen), next(chosen)));
    }
    return ports;
  }

  private static int next(Set<Integer> chosen) throws IOException {
    while (true) {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        if (chosen.add(socket.getLocalPort())) {
          return socket.getLocalPort();
        }
      }
    }
  }

  ValidatorPorts withRpc(int port) {
    return new ValidatorPorts(p2p, port, webSocket);
  }
}
