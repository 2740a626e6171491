// One 8259A interrupt controller: eight inputs, an output INT, and two ports. The request latch is transparent, as the data sheet
// draws it: an input has to stay high until it is acknowledged, in edge mode too, and a request that vanishes before leaves a
// spurious interrupt 7 behind. Input priorities are a ring; "rank" counts from the highest. Buffered mode (ICW4 bits 2 and 3) has
// no effect: the pins say who is master, as they do in a PC.

using System.Numerics;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Hardware.Pics;

/// <summary>One 8259A of the pair.</summary>
/// <remarks>Intel 8259A data sheet (231468).</remarks>
internal sealed unsafe class Pic
{
    private const int NoInput = -1;
    private const int SpuriousInput = 7;
    private const byte ResetAddress = 7;
    private const byte PollClaim = 0x80;

    // ICW1
    private const byte FourthWordFollows = 0x01;
    private const byte IsSingle = 0x02;
    private const byte IntervalIsFour = 0x04;
    private const byte IsLevelMode = 0x08;
    private const byte FirstWordMark = 0x10;

    // ICW4
    private const byte Is8086Mode = 0x01;
    private const byte EndsAutomatically = 0x02;
    private const byte NestsSpecially = 0x10;

    // OCW3
    private const byte StatusWordMark = 0x08;
    private const byte ReadChoice = 0x01;
    private const byte ReadChoiceEnable = 0x02;
    private const byte PollCommand = 0x04;
    private const byte SpecialMaskMode = 0x20;
    private const byte SpecialMaskEnable = 0x40;

    private readonly PicState* state;
    private readonly bool isMaster;
    private readonly byte fixedEdges;
    private readonly PicDefect defect;

    /// <summary>Reserves the controller.</summary>
    /// <param name="arena">Memory of the machine.</param>
    /// <param name="isMaster">Level of the pin SP.</param>
    /// <param name="fixedEdges">Inputs that the edge/level register cannot change.</param>
    /// <param name="defect">A mistake to build in.</param>
    public Pic(Arena arena, bool isMaster, byte fixedEdges, PicDefect defect)
    {
        this.isMaster = isMaster;
        this.fixedEdges = fixedEdges;
        this.defect = defect;
        state = arena.ReserveHot<PicState>(1);
        state->LowestInput = SpuriousInput;
        state->ThirdWord = ResetAddress;
    }

    /// <summary>The output INT.</summary>
    public bool HasRequest => IsReady && FindRequest(Requests) != NoInput;

    /// <summary>Edge/level control register; a set bit makes the input level-triggered.</summary>
    public byte LevelRegister
    {
        get => state->LevelRegister;
        set => state->LevelRegister = (byte)(defect == PicDefect.FixedEdgesAreWritable ? value : value & ~fixedEdges);
    }

    /// <summary>The input that the last first INTA cycle chose.</summary>
    public int AcknowledgedInput => state->AcknowledgedInput;

    /// <summary>Whether the acknowledge cycle in progress leaves the vector to a slave.</summary>
    public bool LeavesVectorToSlave => !state->IsSpurious && HasSlave(state->AcknowledgedInput);

    private bool IsReady => state->Step == PicStep.Ready || defect == PicDefect.WorksWhileInitializing;

    private bool IsInitializing => state->Step is PicStep.Vector or PicStep.Cascade or PicStep.Modes;

    private byte LevelInputs => Has(state->FirstWord, IsLevelMode) && defect != PicDefect.LevelModeIgnored
        ? (byte)0xff
        : defect == PicDefect.LevelRegisterIgnored ? (byte)0 : state->LevelRegister;

    // The request register: a level-triggered input asks as long as it is high.
    private byte Requests
    {
        get
        {
            byte levels = defect == PicDefect.LevelActsAsEdge ? (byte)0 : LevelInputs;
            return (byte)((state->Lines & levels) | (state->Edges & ~levels));
        }
    }

    /// <summary>Sets the level of an input.</summary>
    /// <param name="input">0 to 7.</param>
    /// <param name="isHigh">Its level.</param>
    public void Drive(int input, bool isHigh)
    {
        byte bit = BitOf(input);
        bool isEdge = isHigh && ((state->Lines & bit) == 0 || defect == PicDefect.RepeatedLevelIsAnEdge);
        state->Lines = With(state->Lines, bit, isHigh);
        if (!isHigh && defect != PicDefect.EdgeOutlivesLine)
        {
            state->Edges &= (byte)~bit;
        }

        if (isEdge && !(defect == PicDefect.MaskedEdgeIsLost && Has(state->Mask, bit)))
        {
            state->Edges |= bit;
        }
    }

    /// <summary>The first INTA cycle: the request of the highest priority is put in service.</summary>
    public void BeginAcknowledge()
    {
        int input = IsReady ? FindRequest(Requests) : NoInput;
        state->IsSpurious = input == NoInput;
        if (state->IsSpurious)
        {
            state->AcknowledgedInput = defect == PicDefect.SpuriousFollowsRotation ? state->LowestInput : (byte)SpuriousInput;
            if (defect == PicDefect.SpuriousEntersService)
            {
                state->Service |= BitOf(SpuriousInput);
            }

            return;
        }

        state->AcknowledgedInput = (byte)input;
        EnterService(input);
    }

    /// <summary>The second INTA cycle.</summary>
    /// <returns>The vector; in 8080 mode the low byte of the address to call, which is what the second cycle carries.</returns>
    public byte EndAcknowledge()
    {
        if (!state->IsSpurious)
        {
            EndAutomatically(state->AcknowledgedInput);
        }

        return VectorOf(state->AcknowledgedInput);
    }

    /// <summary>Whether the controller, as a slave, is the one that the cascade lines name.</summary>
    /// <param name="address">What the cascade lines carry.</param>
    /// <returns>True when it answers.</returns>
    public bool AnswersTo(int address) => (state->ThirdWord & 7) == address || defect == PicDefect.SlaveIgnoresAddress;

    /// <summary>Reads a port.</summary>
    /// <param name="isDataPort">Level of the address line A0.</param>
    /// <param name="isPoll">Whether the read was a poll, which acknowledges.</param>
    /// <returns>The byte read.</returns>
    public byte Read(bool isDataPort, out bool isPoll)
    {
        isPoll = state->IsPolled && !(isDataPort && defect == PicDefect.PollAtCommandPortOnly);
        if (isPoll)
        {
            return Poll();
        }

        if (isDataPort && defect != PicDefect.DataPortReadsStatus)
        {
            return state->Mask;
        }

        bool readsService = state->ReadsService;
        state->ReadsService &= defect != PicDefect.ReadChoiceIsForgotten;
        byte requests = (byte)(defect == PicDefect.RequestsReadMasked ? Requests & ~state->Mask : Requests);
        return readsService ? state->Service : requests;
    }

    /// <summary>Writes a port.</summary>
    /// <param name="isDataPort">Level of the address line A0.</param>
    /// <param name="value">The byte written.</param>
    public void Write(bool isDataPort, byte value)
    {
        if (isDataPort)
        {
            WriteData(value);
        }
        else if (Has(value, FirstWordMark) && !(defect == PicDefect.FirstWordNeedsIdle && IsInitializing))
        {
            WriteFirstWord(value);
        }
        else if (Has(value, StatusWordMark))
        {
            WriteStatusWord(value);
        }
        else
        {
            Do((PicCommand)(value >> 5), value & 7);
        }
    }

    private void WriteFirstWord(byte value)
    {
        bool awaitsFourth = Has(value, FourthWordFollows);
        state->FirstWord = value;
        state->Step = PicStep.Vector;
        state->Mask = defect == PicDefect.FirstWordKeepsMask ? state->Mask : (byte)0;
        state->Edges = defect == PicDefect.FirstWordKeepsEdges ? state->Edges : (byte)0;
        state->Service = defect == PicDefect.FirstWordKeepsService ? state->Service : (byte)0;
        state->LowestInput = defect == PicDefect.FirstWordKeepsPriority ? state->LowestInput : (byte)SpuriousInput;
        state->ThirdWord = defect == PicDefect.FirstWordKeepsAddress ? state->ThirdWord : ResetAddress;
        state->FourthWord = awaitsFourth || defect == PicDefect.FirstWordKeepsFourthWord ? state->FourthWord : (byte)0;
        state->HasSpecialMask &= defect == PicDefect.FirstWordKeepsSpecialMask;
        state->ReadsService &= defect == PicDefect.FirstWordKeepsReadChoice;
        state->RotatesAutomatically &= defect == PicDefect.FirstWordKeepsAutomaticRotation;
        state->LevelRegister = defect == PicDefect.FirstWordClearsLevelRegister ? (byte)0 : state->LevelRegister;
        state->IsPolled = false;
    }

    private void WriteData(byte value)
    {
        switch (state->Step)
        {
            case PicStep.Vector:
                state->SecondWord = value;
                state->Step = StepAfterVector();
                break;
            case PicStep.Cascade:
                state->ThirdWord = value;
                state->Step = StepAfterCascade();
                break;
            case PicStep.Modes:
                state->FourthWord = value;
                state->Step = PicStep.Ready;
                break;
            default:
                state->Mask = value;
                break;
        }
    }

    private PicStep StepAfterVector() => Has(state->FirstWord, IsSingle) && defect != PicDefect.SingleAwaitsThirdWord
        ? StepAfterCascade()
        : PicStep.Cascade;

    private PicStep StepAfterCascade() =>
        Has(state->FirstWord, FourthWordFollows) || defect == PicDefect.FourthWordAlwaysAwaited ? PicStep.Modes : PicStep.Ready;

    private void WriteStatusWord(byte value)
    {
        if (Has(value, SpecialMaskEnable) || defect == PicDefect.SpecialMaskNeedsNoEnable)
        {
            state->HasSpecialMask = Has(value, SpecialMaskMode);
        }

        if (Has(value, ReadChoiceEnable) || defect == PicDefect.ReadChoiceNeedsNoEnable)
        {
            state->ReadsService = Has(value, ReadChoice);
        }

        if (Has(value, PollCommand) && !(defect == PicDefect.StatusReadBeatsPoll && Has(value, ReadChoiceEnable)))
        {
            state->IsPolled = true;
            state->PolledRequests = Requests;
        }
    }

    private void Do(PicCommand command, int input)
    {
        switch (command)
        {
            case PicCommand.ClearAutomaticRotation:
                state->RotatesAutomatically &= defect == PicDefect.AutomaticRotationStays;
                break;
            case PicCommand.SetAutomaticRotation:
                state->RotatesAutomatically = true;
                break;
            case PicCommand.NonSpecificEnd:
            case PicCommand.RotateOnNonSpecificEnd:
                EndHighest(command == PicCommand.RotateOnNonSpecificEnd);
                break;
            case PicCommand.SpecificEnd:
            case PicCommand.RotateOnSpecificEnd:
                EndNamed(input, command == PicCommand.RotateOnSpecificEnd);
                break;
            case PicCommand.SetPriority:
                state->LowestInput = (byte)(defect == PicDefect.SetPriorityMakesHighest ? (input - 1) & 7 : input);
                state->Service &= (byte)(defect == PicDefect.SetPriorityEnds ? ~BitOf(input) : 0xff);
                break;
            default:
                state->Service &= (byte)(defect == PicDefect.NoOperationEnds ? ~BitOf(input) : 0xff);
                break;
        }
    }

    private void EndHighest(bool rotates)
    {
        bool sparesMasked = state->HasSpecialMask && defect != PicDefect.SpecialMaskEndsMasked;
        byte candidates = (byte)(sparesMasked ? state->Service & ~state->Mask : state->Service);
        int input = defect == PicDefect.EndIgnoresRotation ? Lowest(candidates) : Highest(candidates);
        if (input == NoInput)
        {
            state->LowestInput = rotates && defect == PicDefect.EmptyEndRotates ? (byte)0 : state->LowestInput;
            return;
        }

        state->Service &= (byte)~BitOf(input);
        if (rotates && defect != PicDefect.EndWithoutRotation)
        {
            state->LowestInput = (byte)input;
        }
    }

    private void EndNamed(int input, bool rotates)
    {
        int ended = defect == PicDefect.SpecificEndIsNonSpecific ? Math.Max(Highest(state->Service), 0) : input;
        state->Service &= (byte)~BitOf(ended);
        if (rotates && defect != PicDefect.SpecificEndWithoutRotation)
        {
            state->LowestInput = (byte)input;
        }
    }

    // A poll is an acknowledge cycle whose answer is read from a port. The data sheet leaves the low bits open where nothing
    // asks; they read as the input of a spurious interrupt.
    private byte Poll()
    {
        state->IsPolled = defect == PicDefect.PollStays;
        int input = FindRequest(defect == PicDefect.PollIsNotFrozen ? Requests : state->PolledRequests);
        if (input == NoInput)
        {
            return defect == PicDefect.PollAlwaysClaims ? (byte)(PollClaim | SpuriousInput) : (byte)SpuriousInput;
        }

        if (defect != PicDefect.PollOnlyLooks)
        {
            EnterService(input);
            EndAutomatically(input);
        }

        return (byte)(PollClaim | input);
    }

    private void EnterService(int input)
    {
        byte bit = BitOf(input);
        state->Service |= bit;
        bool keepsEdge = defect == PicDefect.AcknowledgeKeepsRequest
            || (defect == PicDefect.EdgeActsAsLevel && Has(state->Lines, bit));
        state->Edges &= (byte)(keepsEdge ? 0xff : ~bit);
    }

    private void EndAutomatically(int input)
    {
        if (!Has(state->FourthWord, EndsAutomatically)
            || defect == PicDefect.AutomaticEndIgnored
            || (defect == PicDefect.SlaveCannotEndAutomatically && !isMaster))
        {
            return;
        }

        state->Service &= (byte)~BitOf(input);
        if (state->RotatesAutomatically && defect != PicDefect.AutomaticRotationIgnored)
        {
            state->LowestInput = (byte)input;
        }
    }

    private byte VectorOf(int input)
    {
        if (Has(state->FourthWord, Is8086Mode) || defect == PicDefect.OldModeIgnored)
        {
            return (byte)((defect == PicDefect.VectorKeepsLowBits ? state->SecondWord : state->SecondWord & 0xf8) | input);
        }

        return Has(state->FirstWord, IntervalIsFour) && defect != PicDefect.OldIntervalIgnored
            ? (byte)((state->FirstWord & 0xe0) | (input << 2))
            : (byte)((state->FirstWord & 0xc0) | (input << 3));
    }

    // Only the highest request needs a look: where it is held back, so is every lower one.
    private int FindRequest(byte requests)
    {
        byte open = (byte)(defect == PicDefect.MaskIgnored ? requests : requests & ~state->Mask);
        int asking = Highest(open);
        int serving = Highest(BlockingService());
        if (asking == NoInput || serving == NoInput || RankOf(asking) < RankOf(serving))
        {
            return asking;
        }

        bool nests = asking == serving && (NestsWithin(asking) || defect == PicDefect.SameLevelNests);
        return nests ? asking : NoInput;
    }

    private byte BlockingService()
    {
        bool ignoresMasked = (state->HasSpecialMask && defect != PicDefect.SpecialMaskIgnored)
            || defect == PicDefect.MaskLiftsService;
        byte service = (byte)(ignoresMasked ? state->Service & ~state->Mask : state->Service);
        bool forgetsSlaves = defect == PicDefect.SpecialNestingForgetsSlave && isMaster && Has(state->FourthWord, NestsSpecially);
        bool forgetsAll = defect == PicDefect.ServiceIgnored
            || (defect == PicDefect.SpecialMaskForgetsService && state->HasSpecialMask);
        return (byte)(forgetsAll ? 0 : forgetsSlaves ? service & ~state->ThirdWord : service);
    }

    private bool NestsWithin(int input) =>
        Has(state->FourthWord, NestsSpecially)
        && defect != PicDefect.SpecialNestingIgnored
        && (HasSlave(input) || defect == PicDefect.SpecialNestingEverywhere);

    private bool HasSlave(int input) =>
        isMaster
        && !Has(state->FirstWord, IsSingle)
        && (Has(state->ThirdWord, BitOf(input)) || (defect == PicDefect.MasterIgnoresThirdWord && input == PicPair.CascadeInput));

    private int RankOf(int input) => (input - state->LowestInput - 1) & 7;

    private int Highest(byte inputs)
    {
        for (int rank = 0; rank < 8; rank++)
        {
            int input = (state->LowestInput + 1 + (defect == PicDefect.LowestFirst ? 7 - rank : rank)) & 7;
            if (Has(inputs, BitOf(input)))
            {
                return input;
            }
        }

        return NoInput;
    }

    private static int Lowest(byte inputs) => inputs == 0 ? NoInput : BitOperations.TrailingZeroCount(inputs);

    private static bool Has(byte value, byte bit) => (value & bit) != 0;

    private static byte With(byte value, byte bit, bool isSet) => (byte)(isSet ? value | bit : value & ~bit);

    private static byte BitOf(int input) => (byte)(1 << input);
}
