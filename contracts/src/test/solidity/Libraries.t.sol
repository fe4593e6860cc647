// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bitmaps} from "../../main/solidity/Bitmaps.sol";
import {Decisions} from "../../main/solidity/Decisions.sol";
import {IFederatedLedger} from "../../main/solidity/IFederatedLedger.sol";
import {Stages} from "../../main/solidity/Stages.sol";
import {Base} from "./Base.sol";

/// @notice The pure rules, each against the slowest way of saying the same.
contract LibrariesTest is Base {
    function test_count_addsAllBits(uint256 word) public pure {
        uint256 expected = 0;
        for (uint256 i = 0; i < 256; i++) {
            expected += (word >> i) & 1;
        }
        same(Bitmaps.count(word), expected, "count");
    }

    function test_count_knowsEmptyAndFull() public pure {
        same(Bitmaps.count(0), 0, "empty");
        same(Bitmaps.count(type(uint256).max), 256, "full");
        same(Bitmaps.count(type(uint256).max - 1), 255, "full but one");
    }

    function test_locate_givesEachIndexABitOfItsOwn(uint16 a, uint16 b) public pure {
        (uint256 wordA, uint256 maskA) = Bitmaps.locate(a);
        (uint256 wordB, uint256 maskB) = Bitmaps.locate(b);
        same(Bitmaps.count(maskA), 1, "one bit");
        check((wordA == wordB && maskA == maskB) == (a == b), "own bit");
    }

    function test_words_areJustEnough(uint16 count) public pure {
        uint256 words = Bitmaps.words(count);
        check(words * 256 >= count, "enough");
        check(count == 0 ? words == 0 : (words - 1) * 256 < count, "not more");
    }

    /// @dev The bitmap says exactly what went into the packing.
    function test_rejectedWords_readBackWhatWasPacked(uint256 low, uint256 high, uint8 reason) public view {
        reason = reason == 0 || reason == 3 ? 1 : reason;
        bytes memory packed;
        for (uint256 i = 0; i < 512; i++) {
            if (((i < 256 ? low : high) >> (i % 256)) & 1 == 1) {
                packed = bytes.concat(packed, bytes2(uint16(i)), bytes1(reason));
            }
        }
        uint256[] memory words = this.rejectedWords(packed, 2);
        same(words[0], low, "first word");
        same(words[1], high, "second word");
    }

    /// @dev Whatever is not refused is in the one proper form: packing its bitmap again gives the same indices.
    function test_rejectedWords_takeOnlyTheProperForm(bytes calldata packed) public view {
        try this.rejectedWords(packed, 16) returns (uint256[] memory words) {
            uint256 offset = 0;
            for (uint256 i = 0; i < 4096; i++) {
                if ((words[i >> 8] >> (i & 255)) & 1 == 0) continue;
                same(uint8(packed[offset]), i >> 8, "high byte");
                same(uint8(packed[offset + 1]), i & 255, "low byte");
                check(packed[offset + 2] != 0 && packed[offset + 2] != 0x03, "reason");
                offset += 3;
            }
            same(offset, packed.length, "all of it");
        } catch (bytes memory problem) {
            bytes4 selector = bytes4(problem);
            check(
                selector == IFederatedLedger.MalformedRejections.selector
                    || selector == IFederatedLedger.RejectionsNotAscending.selector
                    || selector == IFederatedLedger.IndexOutOfRange.selector
                    || selector == IFederatedLedger.InvalidReason.selector,
                "a known refusal"
            );
        }
    }

    function test_check_passesExactlyPartitions(uint256 accepted, uint256 rejected, uint256 committed) public view {
        bool[4] memory variants;
        variants[0] = passes(accepted, rejected, committed);
        variants[1] = passes(accepted & ~rejected, rejected, accepted | rejected);
        variants[2] = passes(accepted, committed & ~accepted, committed | accepted);
        variants[3] = passes(accepted, rejected, accepted | rejected);
        check(variants[0] == partition(accepted, rejected, committed), "as given");
        check(variants[1], "disjoint and complete");
        check(variants[2], "the rest rejected");
        check(variants[3] == (accepted & rejected == 0), "both at once");
    }

    function test_stages_readBackWhatWasPacked(uint32[5] memory windows, uint16[5] memory thresholds, uint8 count)
        public
        view
    {
        count = count % 6;
        uint256 packed = 0;
        uint256 total = 0;
        for (uint256 i = 0; i < count; i++) {
            if (windows[i] == 0) windows[i] = 1;
            if (thresholds[i] == 0) thresholds[i] = 1;
            packed |= (uint256(windows[i]) << 16 | thresholds[i]) << (48 * i);
            total += windows[i];
        }
        same(this.duration(packed, type(uint16).max), total, "duration");
        for (uint256 stage = 1; stage <= 5; stage++) {
            same(Stages.window(packed, stage), stage <= count ? windows[stage - 1] : 0, "window");
            same(Stages.threshold(packed, stage), stage <= count ? thresholds[stage - 1] : 0, "threshold");
        }
        same(Stages.window(packed, 6), 0, "none after the fifth");
    }

    /// @dev Whatever is not refused has no gap, no half stage and nothing beyond the fifth.
    function test_stages_takeOnlyTheProperForm(uint256 packed, uint8 shift) public view {
        packed = packed >> shift;
        bool proper = packed >> 240 == 0;
        bool ended = false;
        for (uint256 stage = 0; stage < 5; stage++) {
            uint256 one = uint48(packed >> (48 * stage));
            ended = ended || one == 0;
            proper = proper && (ended ? one == 0 : one >> 16 != 0 && uint16(one) != 0 && uint16(one) <= 1000);
        }
        try this.duration(packed, 1000) {
            check(proper, "refused");
        } catch {
            check(!proper, "taken");
        }
    }

    function duration(uint256 packed, uint256 drawn) external pure returns (uint256) {
        return Stages.duration(packed, drawn);
    }

    function partition(uint256 accepted, uint256 rejected, uint256 committed) private pure returns (bool) {
        for (uint256 i = 0; i < 256; i++) {
            uint256 named = ((accepted >> i) & 1) + ((rejected >> i) & 1);
            if (named != (committed >> i) & 1) return false;
        }
        return true;
    }

    function passes(uint256 accepted, uint256 rejected, uint256 committed) private view returns (bool) {
        try this.checked(accepted, rejected, committed) {
            return true;
        } catch {
            return false;
        }
    }

    function checked(uint256 accepted, uint256 rejected, uint256 committed) external pure {
        Decisions.check(0, accepted, rejected, committed);
    }

    function rejectedWords(bytes calldata packed, uint256 words) external pure returns (uint256[] memory) {
        return Decisions.rejectedWords(packed, words);
    }
}
