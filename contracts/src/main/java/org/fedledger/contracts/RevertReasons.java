package org.fedledger.contracts;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.fedledger.contracts.generated.FederatedLedger;
import org.fedledger.ledger.Outcome;
import org.web3j.abi.CustomErrorEncoder;
import org.web3j.abi.FunctionReturnDecoder;
import org.web3j.abi.datatypes.CustomError;
import org.web3j.abi.datatypes.Type;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.core.methods.response.EthCall;

/** Reads the contract's custom errors from what a call reverted with. */
final class RevertReasons {

  private static final int SELECTOR_DIGITS = 2 + 8;
  private static final Map<String, CustomError> BY_SELECTOR = errors();

  private RevertReasons() {}

  private static Map<String, CustomError> errors() {
    Map<String, CustomError> errors = new HashMap<>();
    try {
      for (Field field : FederatedLedger.class.getFields()) {
        if (field.getType() == CustomError.class && Modifier.isStatic(field.getModifiers())) {
          CustomError error = (CustomError) field.get(null);
          errors.put(CustomErrorEncoder.encode(error).substring(0, SELECTOR_DIGITS), error);
        }
      }
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("the generated wrapper's constants are public", e);
    }
    return Map.copyOf(errors);
  }

  /**
   * @param data revert data as hex, or anything else that a node sends in its place
   */
  static Outcome.Refused of(String data, String message) {
    if (data != null && data.startsWith("0x") && data.length() >= SELECTOR_DIGITS) {
      CustomError error =
          BY_SELECTOR.get(data.substring(0, SELECTOR_DIGITS).toLowerCase(Locale.ROOT));
      if (error != null) {
        return new Outcome.Refused(error.getName(), values(error, data));
      }
    }
    return new Outcome.Refused("Reverted", List.of(message == null ? "no reason" : message));
  }

  /**
   * @param reverted the answer to a call that was refused
   */
  static Outcome.Refused of(EthCall reverted) {
    return reverted.hasError()
        ? of(dataOf(reverted.getError()), reverted.getError().getMessage())
        : of(reverted.getValue(), reverted.getRevertReason());
  }

  /** Nodes put revert data into the error as a bare or a quoted string. */
  static String dataOf(Response.Error error) {
    String data = error == null ? null : error.getData();
    if (data == null) {
      return null;
    }
    String bare = data.replace("\"", "").trim();
    return bare.startsWith("0x") ? bare : null;
  }

  private static List<String> values(CustomError error, String data) {
    List<String> values = new ArrayList<>();
    for (Type<?> value :
        FunctionReturnDecoder.decode(
            "0x" + data.substring(SELECTOR_DIGITS), error.getParameters())) {
      values.add(
          value.getValue() instanceof byte[] bytes
              ? "0x" + HexFormat.of().formatHex(bytes)
              : value.getValue().toString().toLowerCase(Locale.ROOT));
    }
    return values;
  }
}
