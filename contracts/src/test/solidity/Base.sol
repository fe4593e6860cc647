// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Of forge's cheat codes, those that the tests use.
interface Vm {
    function addr(uint256 key) external pure returns (address);
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function prank(address sender) external;
    function warp(uint256 time) external;
    function chainId(uint256 id) external;
    function getCode(string calldata artifact) external view returns (bytes memory);
    function etch(address account, bytes calldata code) external;
    function expectRevert() external;
    function expectRevert(bytes calldata data) external;
    function expectEmit() external;
    function snapshotGasLastCall(string calldata group, string calldata name) external returns (uint256 gas);
    function toString(bytes32 value) external pure returns (string memory);
    function toString(bytes calldata value) external pure returns (string memory);
    function toString(uint256 value) external pure returns (string memory);
    function envOr(string calldata name, bool otherwise) external view returns (bool);
    function readFile(string calldata path) external view returns (string memory);
    function writeFile(string calldata path, string calldata data) external;
}

/// @notice What every test starts from. Forge finds test contracts by `IS_TEST`.
abstract contract Base {
    bool public constant IS_TEST = true;
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    error Unexpected(string what, bytes32 actual, bytes32 expected);

    function check(bool condition, string memory what) internal pure {
        if (!condition) revert Unexpected(what, bytes32(0), bytes32(0));
    }

    function same(bytes32 actual, bytes32 expected, string memory what) internal pure {
        if (actual != expected) revert Unexpected(what, actual, expected);
    }

    function same(uint256 actual, uint256 expected, string memory what) internal pure {
        same(bytes32(actual), bytes32(expected), what);
    }

    function same(address actual, address expected, string memory what) internal pure {
        same(bytes32(uint256(uint160(actual))), bytes32(uint256(uint160(expected))), what);
    }
}
