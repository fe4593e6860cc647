package org.fedledger.devnet.besu;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import org.fedledger.finality.QbftExtraData;
import org.fedledger.types.Address;
import org.web3j.utils.Numeric;

/**
 * The first block of a QBFT network on which gas costs nothing. The same chain id and validators
 * give the same bytes, so that whoever knows both can make the file and compare.
 *
 * @param chainId from 1
 * @param validators in the order in which the block lists them; at least one, none twice
 */
public record BesuGenesis(long chainId, List<Address> validators, QbftTimes times) {

  /** Blocks after which votes on validators that did not carry are forgotten. */
  private static final int EPOCH = 30_000;

  /** More than any block needs: the largest number that JavaScript clients read exactly. */
  private static final String GAS_LIMIT = "0x1fffffffffffff";

  /** By which clients know a block of Istanbul-like consensus (EIP-650). */
  private static final String MIX_HASH =
      "0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  public BesuGenesis {
    validators = List.copyOf(validators);
    if (chainId < 1) {
      throw new IllegalArgumentException("a chain id is from 1, not " + chainId);
    }
    if (validators.isEmpty()) {
      throw new IllegalArgumentException("a network starts with at least one validator");
    }
    if (new HashSet<>(validators).size() != validators.size()) {
      throw new IllegalArgumentException("a validator is named twice: " + validators);
    }
  }

  /** Of a network with a block every second. */
  public BesuGenesis(long chainId, List<Address> validators) {
    this(chainId, validators, QbftTimes.EVERY_SECOND);
  }

  /**
   * What names the validators in the block: RLP of {@code [vanity, validators, votes, round,
   * seals]}, where there are no votes and no seals yet.
   */
  byte[] extraData() {
    return QbftExtraData.genesis(validators).encoded();
  }

  /** The genesis file that Besu reads. */
  public byte[] file() {
    ObjectNode genesis = MAPPER.createObjectNode();
    ObjectNode config = genesis.putObject("config");
    config.put("chainId", chainId).put("berlinBlock", 0).put("londonBlock", 0);
    config.put("shanghaiTime", 0).put("cancunTime", 0).put("zeroBaseFee", true);
    ObjectNode qbft = config.putObject("qbft").put("blockperiodseconds", times.block());
    if (times.emptyBlock() > times.block()) {
      qbft.put("emptyblockperiodseconds", times.emptyBlock());
    }
    qbft.put("epochlength", EPOCH).put("requesttimeoutseconds", times.request());
    genesis.put("nonce", "0x0").put("timestamp", "0x0").put("gasLimit", GAS_LIMIT);
    genesis.put("difficulty", "0x1").put("mixHash", MIX_HASH);
    genesis.put("coinbase", new Address(new byte[Address.LENGTH]).toString());
    genesis.putObject("alloc");
    genesis.put("extraData", Numeric.toHexString(extraData()));
    try {
      return MAPPER.writer(form()).writeValueAsBytes(genesis);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree can be written", e);
    }
  }

  /** The same on every system: line feeds, two spaces a level, empty objects on one line. */
  private static DefaultPrettyPrinter form() {
    DefaultPrettyPrinter form =
        new DefaultPrettyPrinter(
            Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                .withObjectEmptySeparator(""));
    form.indentObjectsWith(new DefaultIndenter("  ", "\n"));
    return form;
  }
}
