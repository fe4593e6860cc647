// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Bitmaps over participants' indices
library Bitmaps {
    uint256 private constant TWO = 0x5555555555555555555555555555555555555555555555555555555555555555;
    uint256 private constant FOUR = 0x3333333333333333333333333333333333333333333333333333333333333333;
    uint256 private constant EIGHT = 0x0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f;
    uint256 private constant BYTES = 0x0101010101010101010101010101010101010101010101010101010101010101;

    /// @notice The word and the mask in it that stand for an index.
    function locate(uint256 index) internal pure returns (uint256 word, uint256 mask) {
        return (index >> 8, 1 << (index & 0xff));
    }

    /// @notice How many words hold so many indices.
    function words(uint256 indices) internal pure returns (uint256) {
        unchecked {
            return (indices + 255) >> 8;
        }
    }

    /// @notice How many bits of a word are set.
    /// @dev Adds neighbouring bits, pairs and nibbles; a multiplication then sums the bytes into the topmost, which
    /// cannot hold 256.
    function count(uint256 word) internal pure returns (uint256) {
        unchecked {
            if (word == type(uint256).max) return 256;
            word -= (word >> 1) & TWO;
            word = (word & FOUR) + ((word >> 2) & FOUR);
            word = (word + (word >> 4)) & EIGHT;
            return (word * BYTES) >> 248;
        }
    }
}
