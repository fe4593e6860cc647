// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bitmaps} from "./Bitmaps.sol";
import {IFederatedLedger} from "./IFederatedLedger.sol";

/// @title What a publication says about each committed update
/// @notice Rejections are packed as `uint16 index, uint8 reason`, big-endian, in ascending order of index.
library Decisions {
    uint256 internal constant ENTRY = 3;

    /// @dev A file with another digest than the committed one is no file of the commitment, so nothing can be rejected
    /// for its digest.
    uint8 private constant DIGEST = 3;

    /// @notice The index and reason of the rejection that starts at `offset`.
    function rejection(bytes calldata rejected, uint256 offset) internal pure returns (uint256 index, uint8 reason) {
        uint256 entry = uint24(bytes3(rejected[offset:offset + ENTRY]));
        return (entry >> 8, uint8(entry));
    }

    /// @notice The bitmap of all rejected; refuses anything but the one proper packing.
    function rejectedWords(bytes calldata rejected, uint256 words) internal pure returns (uint256[] memory bitmap) {
        unchecked {
            if (rejected.length % ENTRY != 0) revert IFederatedLedger.MalformedRejections(rejected.length);
            bitmap = new uint256[](words);
            uint256 next = 0;
            for (uint256 offset = 0; offset < rejected.length; offset += ENTRY) {
                (uint256 index, uint8 reason) = rejection(rejected, offset);
                if (index < next) revert IFederatedLedger.RejectionsNotAscending(next - 1, index);
                if (index >= words << 8) revert IFederatedLedger.IndexOutOfRange(index, words << 8);
                if (reason == 0 || reason == DIGEST) revert IFederatedLedger.InvalidReason(index, reason);
                (uint256 word, uint256 mask) = Bitmaps.locate(index);
                bitmap[word] |= mask;
                next = index + 1;
            }
        }
    }

    /// @notice Every committed update is either accepted or rejected, and no other one is.
    function check(uint256 word, uint256 accepted, uint256 rejected, uint256 committed) internal pure {
        if ((accepted ^ rejected) != committed || (accepted & rejected) != 0) {
            revert IFederatedLedger.DecisionsMismatch(word, accepted, rejected, committed);
        }
    }
}
