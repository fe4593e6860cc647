// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFederatedLedger} from "../../main/solidity/IFederatedLedger.sol";
import {DeployedLedger} from "./DeployedLedger.sol";
import {Expected} from "./Expected.sol";
import {LedgerTest} from "./LedgerTest.sol";

/// @notice Does anything anybody might do, in any order, and knows from a plain model of its own what must be taken
/// and what refused. A step on which ledger and model disagree reverts, which fails the run.
contract LedgerModel is LedgerTest {
    uint256 public constant PARTICIPANTS = 6;
    uint256 public constant OFFICERS = 5;
    uint32 public constant QUORUM = 2;
    uint16 private constant THRESHOLD = 2;
    uint64 private constant CAP = 50;
    bytes[] private none;

    struct Person {
        bool admitted;
        uint256 index;
        bool next;
        bool member;
        bool committed;
        uint256 nextKey;
        uint256 key;
        uint64 nextBudget;
        uint64 budget;
        uint64 spent;
    }

    struct Office {
        bool next;
        bool now;
        uint256 done;
    }

    struct Recorded {
        bytes32 roundId;
        address participant;
        bytes32 structHash;
    }

    Person[PARTICIPANTS] private people;
    Office[OFFICERS] private aggregators;
    Office[OFFICERS] private verifiers;
    uint256 private admitted;
    uint256 private members;
    uint256 private verifiersNext = 3;
    uint256 private verifiersNow;

    IFederatedLedger.Phase private phase;
    uint256 private rounds;
    bytes32 private roundId;
    bytes32 private formerRoundId;
    uint256 private commitDeadline;
    uint256 private revealDeadline;
    uint256 private publicationDeadline;
    uint256 private attestationDeadline;
    uint256 private attempts;
    uint256 private matching;
    uint256 private differing;
    IFederatedLedger.Publication private candidate;
    IFederatedLedger.AbortReason private outcome;
    uint64 private version;
    bytes32 private model = MODEL;

    Recorded[] private record;
    bytes32[] private endedRounds;
    bytes32[] private endedRecords;
    uint256 public finals;
    uint256 public aborts;

    constructor() {
        found(QUORUM, THRESHOLD, 3);
        for (uint256 i = 0; i < 3; i++) {
            aggregators[i].next = true;
            verifiers[i].next = true;
        }
        for (uint256 i = 0; i < 3; i++) {
            enlist(i, 60);
        }
    }

    // ------------------------------------------------------------------------------------------------------ steps

    function passTime(uint16 time) external {
        vm.warp(block.timestamp + (time % 8 == 0 ? time % 1200 : time % 40));
    }

    /// @notice What honest parties would do next, lest steps at random never get far.
    function proceed(uint256 seed, bool all) external {
        if (phase == IFederatedLedger.Phase.Committing) {
            for (uint256 i = 0; i < PARTICIPANTS; i++) {
                if (all || (seed >> i) & 1 == 1) commitSomething(i, 2, uint64(seed), 0, 4);
            }
            closeTheCommits();
        } else if (phase == IFederatedLedger.Phase.Publishing) {
            for (uint256 i = 0; i < OFFICERS; i++) {
                if (mayPublish(i)) return publishSomething(i, seed, 0, 11, all ? 2 : 1);
            }
        } else if (phase == IFederatedLedger.Phase.Attesting) {
            for (uint256 i = 0; i < OFFICERS; i++) {
                attestSomething(i, all, 4);
                if (phase != IFederatedLedger.Phase.Attesting) return;
            }
        } else {
            openNextRound(900);
        }
    }

    function admitSomebody(uint256 who, uint64 budget) external {
        enlist(who % PARTICIPANTS, budget % 200);
    }

    function suspendSomebody(uint256 who) external {
        Person storage person = people[who % PARTICIPANTS];
        bool allowed = person.next && who % 3 == 0;
        if (!allowed && person.next) return;
        vm.prank(coordinator);
        try ledger.suspend(participant(who % PARTICIPANTS)) {
            check(allowed, "suspended");
            person.next = false;
            members--;
        } catch {
            check(!allowed, "not suspended");
        }
    }

    function rotateSomebodysKey(uint256 who, uint256 senderSeed) external {
        uint256 i = who % PARTICIPANTS;
        Person storage person = people[i];
        uint256 newKey = PARTICIPANT_KEY + 100 + who % 1000;
        address sender = senderSeed % 3 == 0 ? coordinator : vm.addr(person.admitted ? person.nextKey : 1);
        if (senderSeed % 5 == 0) sender = stranger;
        bool allowed = person.admitted && sender != stranger && newKey != person.nextKey;
        vm.prank(sender);
        try ledger.rotateKey(participant(i), vm.addr(newKey)) {
            check(allowed, "rotated");
            person.nextKey = newKey;
        } catch {
            check(!allowed, "not rotated");
        }
    }

    function raiseSomebodysBudget(uint256 who, uint64 budget) public {
        uint256 i = who % PARTICIPANTS;
        Person storage person = people[i];
        budget = budget % 300;
        bool allowed = person.admitted && budget > person.nextBudget;
        vm.prank(coordinator);
        try ledger.raiseBudget(participant(i), budget) {
            check(allowed, "raised");
            person.nextBudget = budget;
        } catch {
            check(!allowed, "not raised");
        }
    }

    /// @dev To spend a budget in the very round in which it is raised.
    function raiseAndSpend(uint256 who, uint64 weight) external {
        raiseSomebodysBudget(who, people[who % PARTICIPANTS].nextBudget + 1);
        commitSomething(who, 2, weight, 0, 5);
    }

    function changeAggregator(uint256 who) external {
        Office storage office = aggregators[who % OFFICERS];
        address account = aggregator(who % OFFICERS);
        IFederatedLedger.GovernanceKind kind = office.next
            ? IFederatedLedger.GovernanceKind.RemoveAggregator
            : IFederatedLedger.GovernanceKind.AddAggregator;
        bytes[] memory signatures = approve(consenting(), kind, account);
        if (office.next) ledger.removeAggregator(account, signatures);
        else ledger.addAggregator(account, signatures);
        office.next = !office.next;
    }

    function changeVerifier(uint256 who) external {
        Office storage office = verifiers[who % OFFICERS];
        address account = verifier(who % OFFICERS);
        bool adding = !office.next;
        uint256 then = adding ? verifiersNext + 1 : verifiersNext - 1;
        bool allowed = THRESHOLD <= then && 2 * THRESHOLD > then;
        bytes[] memory signatures = approve(
            consenting(),
            adding ? IFederatedLedger.GovernanceKind.AddVerifier : IFederatedLedger.GovernanceKind.RemoveVerifier,
            account
        );
        bool done;
        if (adding) {
            try ledger.addVerifier(account, signatures) {
                done = true;
            } catch {}
        } else {
            try ledger.removeVerifier(account, signatures) {
                done = true;
            } catch {}
        }
        check(done == allowed, "verifier changed");
        if (!done) return;
        office.next = adding;
        verifiersNext = then;
    }

    function openNextRound(uint16 commitSeconds) public {
        IFederatedLedger.RoundOpening memory o = opening();
        o.commitDeadline = uint64(block.timestamp) + commitSeconds % 1000 + 1;
        o.weightCap = CAP;
        bool anyAggregator;
        for (uint256 i = 0; i < OFFICERS; i++) {
            anyAggregator = anyAggregator || aggregators[i].next;
        }
        bool allowed = !isOpen() && members >= QUORUM && anyAggregator;
        vm.prank(coordinator);
        try ledger.openRound(o) returns (bytes32 opened) {
            check(allowed, "opened");
            rounds++;
            same(opened, Expected.roundId(FEDERATION, uint64(rounds), model, o), "round id on the final base");
            (formerRoundId, roundId) = (roundId, opened);
            commitDeadline = o.commitDeadline;
            phase = IFederatedLedger.Phase.Committing;
            attempts = 0;
            fixWhoCounts();
        } catch {
            check(!allowed, "not opened");
        }
    }

    function commitSomething(uint256 who, uint256 keySeed, uint64 weight, uint64 cost, uint8 oddity) public {
        uint256 i = who % PARTICIPANTS;
        Person storage person = people[i];
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(i);
        c.weight = oddity % 8 == 0 ? weight : weight % CAP + 1;
        c.privacyCost = oddity % 8 == 7 ? cost : cost % 40;
        if (oddity % 4 == 1) c.privacyCost = person.nextBudget - person.spent;
        c.digest = keccak256(abi.encode(keySeed, weight));
        if (oddity % 8 == 2) c.roundId = formerRoundId;
        if (oddity % 8 == 3) (c.size, c.digest) = keySeed % 2 == 0 ? (0, c.digest) : (c.size, bytes32(0));
        uint256 key = keySeed % 4 == 0 ? person.nextKey : person.key;
        if (keySeed % 8 == 1 || key == 0) key = STRANGER_KEY;
        bool allowed = phase == IFederatedLedger.Phase.Committing && c.roundId == roundId
            && block.timestamp <= commitDeadline && person.member && !person.committed && key == person.key
            && c.weight >= 1 && c.weight <= CAP && c.size != 0 && c.digest != 0
            && uint256(person.spent) + c.privacyCost <= person.budget;
        bytes memory signature = sign(key, c);
        try ledger.commitUpdate(c, signature) {
            check(allowed, "committed");
            person.committed = true;
            person.spent += c.privacyCost;
            record.push(Recorded(roundId, c.participant, Expected.hash(c)));
        } catch {
            check(!allowed, "not committed");
        }
    }

    function closeTheCommits() public {
        uint256 committed = countOf(committedBits());
        bool all = true;
        for (uint256 i = 0; i < PARTICIPANTS; i++) {
            all = all && people[i].member == people[i].committed;
        }
        bool allowed =
            phase == IFederatedLedger.Phase.Committing && (all || block.timestamp > commitDeadline);
        vm.prank(stranger);
        try ledger.closeCommits(roundId) {
            check(allowed, "closed");
            if (committed < QUORUM) {
                ended(IFederatedLedger.AbortReason.TooFewCommitments);
            } else {
                phase = IFederatedLedger.Phase.Publishing;
                revealDeadline = block.timestamp + REVEAL_SECONDS;
                publicationDeadline = revealDeadline + PUBLICATION_SECONDS;
            }
        } catch {
            check(!allowed, "not closed");
        }
    }

    function publishSomething(uint256 who, uint256 acceptedBits, uint256 rejectedBits, uint8 reason, uint8 oddity)
        public
    {
        uint256 committed = committedBits();
        uint256[] memory accepted = new uint256[](bitmapWords());
        if (oddity % 4 == 0) {
            acceptedBits &= (1 << (PARTICIPANTS + 1)) - 1;
            rejectedBits &= (1 << (PARTICIPANTS + 1)) - 1;
        } else {
            acceptedBits = oddity % 4 == 1 ? acceptedBits & committed : committed;
            rejectedBits = committed & ~acceptedBits;
        }
        if (accepted.length == 0) return;
        accepted[0] = acceptedBits;
        reason = reason % 12 + 1;
        bytes memory rejected = pack(rejectedBits, reason);
        IFederatedLedger.Publication memory p = publicationOf(accepted, rejected);
        if (oddity & 8 != 0) p = withoutResult(p);
        if (oddity & 16 != 0) p.attempt++;
        bool allowed = oddity & 16 == 0 && mayPublish(who % OFFICERS)
            && isPartition(acceptedBits, rejectedBits, committed)
            && (rejectedBits == 0 || reason != 1 || block.timestamp > revealDeadline)
            && (p.model == 0 || countOf(acceptedBits) >= QUORUM);
        bytes memory signature = sign(AGGREGATOR_KEY + who % OFFICERS, p);
        try ledger.publish(p, accepted, rejected, signature) {
            check(allowed, "published");
            attempts++;
            aggregators[who % OFFICERS].done = rounds;
            candidate = p;
            outcome = p.model != 0
                ? IFederatedLedger.AbortReason.None
                : countOf(acceptedBits) < QUORUM
                    ? IFederatedLedger.AbortReason.TooFewAccepted
                    : IFederatedLedger.AbortReason.NonfiniteResult;
            phase = IFederatedLedger.Phase.Attesting;
            attestationDeadline = block.timestamp + ATTESTATION_SECONDS;
            (matching, differing) = (0, 0);
        } catch {
            check(!allowed, "not published");
        }
    }

    function attestSomething(uint256 who, bool matches, uint8 oddity) public {
        uint256 i = who % OFFICERS;
        uint256 attempt = rounds << 32 | attempts;
        matches = matches || oddity % 3 == 0;
        IFederatedLedger.Attestation memory a = attestationOf(candidate, matches);
        if (oddity % 16 == 1) a.model = keccak256("another model");
        if (oddity % 16 == 2) a.publicationId = keccak256("another publication");
        uint256 key = oddity % 16 == 3 ? STRANGER_KEY : VERIFIER_KEY + i;
        bool allowed = phase == IFederatedLedger.Phase.Attesting && block.timestamp <= attestationDeadline
            && verifiers[i].now && verifiers[i].done != attempt && oddity % 16 != 2 && oddity % 16 != 3
            && (!matches || a.model == candidate.model);
        bytes memory signature = sign(key, a);
        try ledger.attest(a, verifier(i), signature) {
            check(allowed, "attested");
            verifiers[i].done = attempt;
            if (matches) matching++;
            else differing++;
            if (matching == THRESHOLD) ended(outcome);
            else if (differing > verifiersNow - THRESHOLD) failed();
        } catch {
            check(!allowed, "not attested");
        }
    }

    function expireTheCandidate() external {
        bool allowed =
            phase == IFederatedLedger.Phase.Attesting && block.timestamp > attestationDeadline;
        vm.prank(stranger);
        try ledger.expirePublication(roundId) {
            check(allowed, "expired");
            failed();
        } catch {
            check(!allowed, "not expired");
        }
    }

    function abortTheRound(uint8 seed, bool byCoordinator) external {
        IFederatedLedger.AbortReason reason = IFederatedLedger.AbortReason(seed % 6);
        bool rarely = seed % 24 == 1;
        if (reason == IFederatedLedger.AbortReason.Coordinator && !rarely) return;
        bool allowed = reason == IFederatedLedger.AbortReason.Coordinator
            ? phase == IFederatedLedger.Phase.Committing && byCoordinator
            : reason == IFederatedLedger.AbortReason.Deadline
                && phase == IFederatedLedger.Phase.Publishing && block.timestamp > publicationDeadline;
        vm.prank(byCoordinator ? coordinator : stranger);
        try ledger.abortRound(roundId, reason) {
            check(allowed, "aborted");
            ended(reason);
        } catch {
            check(!allowed, "not aborted");
        }
    }

    function closeTheFederationInMidRound() external {
        if (!isOpen()) return;
        bytes[] memory signatures =
            approve(consenting(), IFederatedLedger.GovernanceKind.CloseFederation, address(0));
        vm.prank(coordinator);
        try ledger.closeFederation(signatures) {
            check(false, "closed in mid-round");
        } catch {}
    }

    // ------------------------------------------------------------------------------------------- what must hold

    function checkPhaseAndHead() external view {
        IFederatedLedger.FederationRecord memory federation = ledger.federation();
        same(uint256(federation.phase), uint256(phase), "phase");
        same(federation.round, rounds, "rounds");
        same(federation.version, version, "version");
        same(federation.model, model, "head");
        same(federation.members, members, "members");
        same(federation.verifiers, verifiersNext, "verifiers");
    }

    function checkRoundsEndOnce() external view {
        same(endedRounds.length, finals + aborts, "ended rounds");
        same(endedRounds.length, isOpen() ? rounds - 1 : rounds, "all but the open one have ended");
        same(finals, version, "one version for each final round");
    }

    function checkRecordStays() external view {
        for (uint256 i = 0; i < record.length; i++) {
            same(
                ledger.commitmentHash(record[i].roundId, record[i].participant), record[i].structHash, "commitment"
            );
        }
        for (uint256 i = 0; i < endedRounds.length; i++) {
            same(keccak256(abi.encode(ledger.roundRecord(endedRounds[i]))), endedRecords[i], "ended round");
        }
        for (uint256 i = 0; i < PARTICIPANTS; i++) {
            if (!people[i].admitted) continue;
            same(ledger.participantRecord(participant(i)).index, people[i].index, "index");
            same(ledger.participantAt(people[i].index), participant(i), "participant at its index");
        }
    }

    function checkPrivacy() external view {
        for (uint256 i = 0; i < PARTICIPANTS; i++) {
            IFederatedLedger.ParticipantRecord memory person = ledger.participantRecord(participant(i));
            same(person.spent, people[i].spent, "spent");
            same(person.budget, people[i].nextBudget, "budget");
            check(person.spent <= person.budget, "spent within budget");
        }
    }

    function checkCommitments() external view {
        (uint256[] memory all, uint256[] memory pending) = ledger.bitmaps();
        uint256 word = all.length == 0 ? 0 : all[0];
        uint256 left = all.length == 0 ? 0 : pending[0];
        for (uint256 i = 0; i < PARTICIPANTS; i++) {
            if (!people[i].admitted) continue;
            bool member = word >> people[i].index & 1 == 1;
            check(member == people[i].member, "member");
            check((left >> people[i].index & 1 == 1) == (member && !people[i].committed), "pending");
        }
    }

    function checked() external view returns (DeployedLedger) {
        return ledger;
    }

    // ------------------------------------------------------------------------------------------------- the model

    function enlist(uint256 i, uint64 budget) private {
        Person storage person = people[i];
        bool allowed = !person.next && (!person.admitted || budget >= person.nextBudget);
        vm.prank(coordinator);
        try ledger.admit(participant(i), budget) {
            check(allowed, "admitted");
            if (!person.admitted) {
                person.admitted = true;
                person.index = admitted++;
                person.nextKey = PARTICIPANT_KEY + i;
            }
            person.next = true;
            person.nextBudget = budget;
            members++;
        } catch {
            check(!allowed, "not admitted");
        }
    }

    function fixWhoCounts() private {
        for (uint256 i = 0; i < PARTICIPANTS; i++) {
            people[i].member = people[i].next;
            people[i].committed = false;
            people[i].key = people[i].nextKey;
            people[i].budget = people[i].nextBudget;
        }
        for (uint256 i = 0; i < OFFICERS; i++) {
            aggregators[i].now = aggregators[i].next;
            verifiers[i].now = verifiers[i].next;
        }
        verifiersNow = verifiersNext;
    }

    function ended(IFederatedLedger.AbortReason reason) private {
        if (reason == IFederatedLedger.AbortReason.None) {
            finals++;
            version++;
            model = candidate.model;
            phase = IFederatedLedger.Phase.Final;
        } else {
            aborts++;
            phase = IFederatedLedger.Phase.Aborted;
        }
        IFederatedLedger.RoundRecord memory last = ledger.roundRecord(roundId);
        same(uint256(last.abortReason), uint256(reason), "abort reason");
        endedRounds.push(roundId);
        endedRecords.push(keccak256(abi.encode(last)));
    }

    function failed() private {
        phase = IFederatedLedger.Phase.Publishing;
        uint256 start = block.timestamp > revealDeadline ? block.timestamp : revealDeadline;
        publicationDeadline = start + PUBLICATION_SECONDS;
    }

    function isOpen() private view returns (bool) {
        return phase == IFederatedLedger.Phase.Committing || phase == IFederatedLedger.Phase.Publishing
            || phase == IFederatedLedger.Phase.Attesting;
    }

    function mayPublish(uint256 i) private view returns (bool) {
        return phase == IFederatedLedger.Phase.Publishing && block.timestamp <= publicationDeadline
            && aggregators[i].now && aggregators[i].done != rounds;
    }

    function bitmapWords() private view returns (uint256) {
        return ledger.roundRecord(roundId).words;
    }

    function committedBits() private view returns (uint256 bits) {
        for (uint256 i = 0; i < PARTICIPANTS; i++) {
            if (people[i].committed) bits |= 1 << people[i].index;
        }
    }

    function countOf(uint256 bits) private pure returns (uint256 count) {
        for (; bits != 0; bits >>= 1) {
            count += bits & 1;
        }
    }

    function isPartition(uint256 accepted, uint256 rejected, uint256 committed) private pure returns (bool) {
        return accepted & rejected == 0 && accepted | rejected == committed;
    }

    function pack(uint256 bits, uint8 reason) private pure returns (bytes memory packed) {
        for (uint256 i = 0; i < 256; i++) {
            if (bits >> i & 1 == 1) packed = bytes.concat(packed, bytes2(uint16(i)), bytes1(reason));
        }
    }

    /// @dev Keys of two verifiers who may consent to a change.
    function consenting() private view returns (uint256[] memory keys) {
        keys = new uint256[](THRESHOLD);
        uint256 found_ = 0;
        for (uint256 i = 0; i < OFFICERS && found_ < THRESHOLD; i++) {
            if (verifiers[i].next) keys[found_++] = VERIFIER_KEY + i;
        }
    }
}
