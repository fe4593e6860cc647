// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Stands for the contract of another release: real code with an immutable.
contract Former {
    bytes32 public immutable federationId;

    constructor(bytes32 id) {
        federationId = id;
    }
}
