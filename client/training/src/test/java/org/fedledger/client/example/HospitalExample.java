package org.fedledger.client.example;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.fedledger.client.data.LocalData;
import org.fedledger.client.data.TableReader;
import org.fedledger.client.node.NodeClient;
import org.fedledger.client.participant.ParticipantRunner;
import org.fedledger.client.participant.ParticipantSetup;
import org.fedledger.client.training.dl4j.Dl4jTrainer;
import org.fedledger.contracts.KeyFile;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.Ledger;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.SpecJson;
import org.fedledger.training.Trainer;
import org.fedledger.types.Address;

/** The README's participant, in about twenty lines. */
final class HospitalExample {

  private HospitalExample() {}

  public static void main(String[] args) throws Exception {
    SigningKey key = KeyFile.open(Path.of("hospital.key"), System.getenv("FEDLEDGER_PASSWORD"));
    FederationSpec spec = SpecJson.parseSpec(java.nio.file.Files.readAllBytes(Path.of(args[2])));
    try (Rpc rpc = new Rpc(URI.create(args[0]))) {
      Ledger ledger = new Web3jLedger(rpc, Address.of(args[1]), Optional.empty(), key);
      takePart(ledger, key, URI.create(args[3]), spec, Path.of("patients.csv"), Path.of("work"));
    }
  }

  static void takePart(
      Ledger ledger, SigningKey key, URI address, FederationSpec spec, Path table, Path work)
      throws Exception {
    LocalData data = TableReader.read(table, spec.data().orElseThrow()).examples();
    Trainer trainer = new Dl4jTrainer(data); // or one of your own
    try (NodeClient node = new NodeClient(address, ledger.domain());
        ParticipantRunner participant =
            new ParticipantRunner(
                new ParticipantSetup(ledger, key, node, trainer, work), System.out::println)) {
      participant.runUntilVersion(spec.rounds());
    }
  }
}
