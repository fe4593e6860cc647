// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";

import {IFederatedLedger} from "../../main/solidity/IFederatedLedger.sol";

/// @notice All that the deployed contract answers to and that tests call.
interface DeployedLedger is IFederatedLedger, IAccessControl {
    function COORDINATOR() external view returns (bytes32);
    function AUDITOR() external view returns (bytes32);
    function DEFAULT_ADMIN_ROLE() external view returns (bytes32);
}
