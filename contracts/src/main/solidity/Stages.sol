// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFederatedLedger} from "./IFederatedLedger.sol";

/// @title The stages after a round's first
/// @notice Stages 1 to 5, packed from the lowest into 48 bits each: `seconds << 16 | threshold`. The first that is
/// zero ends the list.
library Stages {
    uint256 private constant WIDTH = 48;
    uint256 private constant MOST = 5;

    /// @notice How long commitments of a stage are taken, in seconds; 0 if there is no such stage.
    /// @param stage 1 to 6
    function window(uint256 laterStages, uint256 stage) internal pure returns (uint256) {
        unchecked {
            return uint48(laterStages >> (WIDTH * (stage - 1))) >> 16;
        }
    }

    /// @notice With how many commitments of a stage the round goes on.
    /// @param stage 1 to 5
    function threshold(uint256 laterStages, uint256 stage) internal pure returns (uint256) {
        unchecked {
            return uint16(laterStages >> (WIDTH * (stage - 1)));
        }
    }

    /// @notice How long all of them take together, in seconds; refuses anything but the one proper packing.
    /// @param drawn how many take part in the round, so that no threshold is out of reach
    function duration(uint256 laterStages, uint256 drawn) internal pure returns (uint256 total) {
        unchecked {
            bool valid = laterStages >> (WIDTH * MOST) == 0;
            for (uint256 rest = laterStages; rest != 0; rest >>= WIDTH) {
                uint256 needed = uint16(rest);
                uint256 time = uint48(rest) >> 16;
                valid = valid && needed != 0 && needed <= drawn && time != 0;
                total += time;
            }
            if (!valid) revert IFederatedLedger.InvalidStages(laterStages);
        }
    }
}
