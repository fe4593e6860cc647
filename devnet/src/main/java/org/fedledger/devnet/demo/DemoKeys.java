package org.fedledger.devnet.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.fedledger.contracts.KeyFile;
import org.fedledger.crypto.SigningKey;
import org.fedledger.devnet.dataset.Seed;
import org.fedledger.types.FederationId;

/** The demo's parties, all drawn from its seed; whoever knows the seed has their keys. */
record DemoKeys(Seed seed) {

  /** Keys that the seed tells need no better one. */
  private static final String PASSWORD = "demo";

  FederationId federation() {
    return new FederationId(seed.bytes("federation"));
  }

  SigningKey coordinator() {
    return key("coordinator");
  }

  SigningKey node() {
    return key("node");
  }

  /** The aggregator that is there in case the first one's publication fails. */
  SigningKey secondNode() {
    return key("second node");
  }

  SigningKey verifier(int index) {
    return key("verifier", index);
  }

  SigningKey auditor() {
    return key("auditor");
  }

  SigningKey participant(int index) {
    return key("participant", index);
  }

  /** Writes all of them as key files, so that the commands can act for every party. */
  void write(DemoFolder folder, List<String> participants, DemoOptions options) throws IOException {
    Files.writeString(folder.password(), PASSWORD + "\n");
    write(folder, "coordinator", coordinator());
    write(folder, "node", node());
    write(folder, "auditor", auditor());
    if (options.secondAggregator()) {
      write(folder, "second-node", secondNode());
    }
    for (int i = 0; i < options.verifiers(); i++) {
      write(folder, DemoParties.verifierName(i), verifier(i));
    }
    for (int i = 0; i < participants.size(); i++) {
      write(folder, participants.get(i), participant(i));
    }
  }

  private static void write(DemoFolder folder, String name, SigningKey key) throws IOException {
    KeyFile.write(folder.keys().resolve(name + ".key"), key, PASSWORD, KeyFile.Strength.LIGHT);
  }

  /** One in 2^128 seeds gives no valid key; that one cannot be used. */
  private SigningKey key(String office, long... index) {
    return SigningKey.fromSecret(seed.bytes("key of " + office, index));
  }
}
