// The local APIC of one processor. It collects interrupts from its timer, its pins and the bus, and offers the processor the
// one that is worth disturbing it for. This file is the processor's side: what is pending, the acknowledge cycle, the end of
// an interrupt, and what messages do on arrival. Everything arrives in the step that sends it; the processor looks when it
// likes. INIT resets the registers when it arrives, and the processor learns of it by TakeInit.
//
// While software keeps it disabled, requests that have been accepted stay, and none is offered: the manual leaves to software
// to have them masked or handled, emulators go either way, and this is the way that interrupts nobody.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.TimeStampCounters;

namespace Managarm.Perf.Hardware.LocalApics;

/// <summary>Local APIC, xAPIC and x2APIC.</summary>
/// <remarks>Intel SDM volume 3A, chapter 11.</remarks>
public sealed unsafe partial class LocalApic : IClockedDevice, IInterruptLines
{
    private const byte FirstLegalVector = 16;
    private const int StartAddressShift = 12;
    private const uint SoftwareEnable = 1 << 8;
    private const uint SuppressEndBroadcast = 1 << 12;
    private const int TaskPriorityShift = 4;
    private const ulong Cr8Bits = 0xf;

    private readonly LocalApicState* state;
    private readonly InterruptPriorities priorities;
    private readonly LocalApicTimer timer;
    private readonly InterruptBus bus;
    private readonly LocalApicOptions options;
    private readonly LocalApicDefect defect;
    private IExternalInterruptController? externalController;

    /// <summary>Reserves a local APIC in its power-up state, and attaches it to the clock and to the bus.</summary>
    /// <param name="arena">Memory of the machine.</param>
    /// <param name="clock">Clock of the machine.</param>
    /// <param name="bus">Interrupt bus.</param>
    /// <param name="counter">Time-stamp counter of the same processor.</param>
    /// <param name="options">Properties.</param>
    /// <param name="defect">A mistake to build in.</param>
    public LocalApic(
        Arena arena,
        MachineClock clock,
        InterruptBus bus,
        TimeStampCounter counter,
        LocalApicOptions options,
        LocalApicDefect defect = default)
    {
        this.bus = bus;
        this.options = options;
        this.defect = defect;
        state = arena.ReserveHot<LocalApicState>(1);
        priorities = new(state, defect);
        timer = new(arena, clock, counter, options.TimerFrequency, defect);
        Reset();
        clock.Attach(this);
        bus.Attach(this);
    }

    /// <summary>Whether software has enabled it: SVR bit 8, and not disabled by IA32_APIC_BASE.</summary>
    public bool IsSoftwareEnabled => IsEnabled && (state->SpuriousVector & SoftwareEnable) != 0;

    /// <summary>Whether a vector is pending that may interrupt the processor now.</summary>
    public bool HasDeliverable =>
        (IsSoftwareEnabled || defect == LocalApicDefect.DeliversWhileDisabled) && priorities.HasDeliverable;

    /// <summary>Whether a non-maskable interrupt is pending. One more than that is the same one.</summary>
    public bool HasPendingNmi => Has(LocalApicSignals.Nmi);

    /// <summary>Whether a system management interrupt is pending.</summary>
    public bool HasPendingSmi => Has(LocalApicSignals.Smi);

    /// <summary>Whether the processor is to reset itself.</summary>
    public bool HasPendingInit => Has(LocalApicSignals.Init);

    /// <summary>Whether the processor is to start.</summary>
    public bool HasPendingStartUp => Has(LocalApicSignals.StartUp);

    /// <summary>Whether the processor does nothing until a start-up message comes.</summary>
    public bool IsWaitingForStartUp => state->IsWaitingForStartUp;

    /// <summary>CR8: the class of the task priority. It is there in every mode.</summary>
    public ulong Cr8 => (ulong)state->TaskPriority >> TaskPriorityShift;

    /// <inheritdoc/>
    public ulong NextEventNanoseconds => timer.NextEventNanoseconds;

    /// <summary>APR, for the bus.</summary>
    internal byte ArbitrationPriority => priorities.ArbitrationPriority;

    private byte SpuriousVector =>
        defect == LocalApicDefect.SpuriousVectorIsFixed ? (byte)0xff : (byte)state->SpuriousVector;

    /// <summary>The acknowledge cycle of the processor. Between the request and this cycle the task priority may have been
    /// raised, or the local APIC disabled: then it gives the spurious vector, which is not in service and has no end.</summary>
    /// <returns>The vector.</returns>
    public byte AcknowledgeInterrupt()
    {
        if (HasDeliverable)
        {
            return priorities.BeginService();
        }

        if (defect == LocalApicDefect.SpuriousIsInService)
        {
            state->InService.Add(SpuriousVector);
        }

        return SpuriousVector;
    }

    /// <summary>Takes the pending non-maskable interrupt.</summary>
    /// <returns>False when none is pending.</returns>
    public bool TakeNmi() => Take(LocalApicSignals.Nmi);

    /// <summary>Takes the pending system management interrupt.</summary>
    /// <returns>False when none is pending.</returns>
    public bool TakeSmi() => Take(LocalApicSignals.Smi);

    /// <summary>Takes the pending INIT, whose effect on the local APIC has happened already.</summary>
    /// <returns>False when none is pending.</returns>
    public bool TakeInit() => Take(LocalApicSignals.Init);

    /// <summary>Takes the pending start-up.</summary>
    /// <param name="address">Physical address to begin at, in real mode.</param>
    /// <returns>False when none is pending.</returns>
    public bool TakeStartUp(out uint address)
    {
        address = (uint)state->StartUpVector << (defect == LocalApicDefect.StartAddressIsParagraph ? 4 : StartAddressShift);
        return Take(LocalApicSignals.StartUp);
    }

    /// <summary>MOV to CR8.</summary>
    /// <param name="value">Class of the task priority; its subclass becomes zero.</param>
    /// <returns>False for a general-protection fault.</returns>
    public bool TryWriteCr8(ulong value)
    {
        bool isDead = defect == LocalApicDefect.Cr8NeedsEnabling && !IsEnabled;
        if (isDead || ((value & ~Cr8Bits) != 0 && defect != LocalApicDefect.Cr8TakesReservedBits))
        {
            return false;
        }

        byte subclass = defect == LocalApicDefect.Cr8KeepsSubclass ? (byte)(state->TaskPriority & Cr8Bits) : (byte)0;
        state->TaskPriority = (byte)((byte)(value << TaskPriorityShift) | subclass);
        return true;
    }

    /// <summary>Power-up or RESET.</summary>
    public void Reset()
    {
        ulong extended = defect == LocalApicDefect.ResetKeepsExtended ? state->BaseRegister & ExtendedBit : 0;
        state->BaseRegister = DefaultBase | EnableBit | extended | (options.IsBootProcessor ? BootProcessorBit : 0);
        state->Identifier = options.Id << IdentifierShift;
        state->Signals = LocalApicSignals.None;
        state->IsWaitingForStartUp = !options.IsBootProcessor;
        ResetRegisters();
    }

    /// <inheritdoc/>
    public void Act()
    {
        if (timer.Expire())
        {
            bool isSignalled = Signal(LocalVector.Timer);
            if (!isSignalled && defect == LocalApicDefect.MaskedExpiryIsKept)
            {
                priorities.Request((byte)LocalVectorValue(LocalVector.Timer), isLevel: false);
            }
        }
    }

    /// <summary>Takes a message from the bus that is addressed to it.</summary>
    /// <param name="message">The message.</param>
    /// <returns>Whether it has been accepted.</returns>
    internal bool Accept(in InterruptMessage message)
    {
        switch (message.Mode)
        {
            case DeliveryMode.Fixed:
            case DeliveryMode.LowestPriority:
                bool isRequest = message.IsAsserted || defect == LocalApicDefect.DeassertedLevelRequests;
                return isRequest && AcceptFixed(message.Vector, message.IsLevel);
            case DeliveryMode.Init:
                return (message.IsAsserted || defect == LocalApicDefect.InitDeassertInits) && AcceptInit();
            case DeliveryMode.StartUp:
                return AcceptStartUp(message.Vector);
            case DeliveryMode.Nmi:
                bool isRefused = defect == LocalApicDefect.DisabledRefusesNmi && !IsSoftwareEnabled;
                return !isRefused && Latch(LocalApicSignals.Nmi);
            case DeliveryMode.Smi:
                return Latch(LocalApicSignals.Smi);
            case DeliveryMode.External:
                return Latch(LocalApicSignals.External);
            default:
                return false;
        }
    }

    private bool AcceptFixed(byte vector, bool isLevel)
    {
        if (!IsSoftwareEnabled && defect != LocalApicDefect.DisabledAcceptsFixed)
        {
            return false;
        }

        if (vector < FirstLegalVector)
        {
            RaiseError(LocalApicErrors.ReceiveIllegalVector, LocalApicDefect.ReceivedVectorIsNoError);
            return false;
        }

        priorities.Request(vector, isLevel);
        return true;
    }

    private bool AcceptInit()
    {
        ResetRegisters();
        state->BaseRegister &= defect == LocalApicDefect.InitLeavesExtended ? ~ExtendedBit : ulong.MaxValue;
        if (defect == LocalApicDefect.InitLosesId)
        {
            state->Identifier = options.Id << IdentifierShift;
        }

        bool isBootProcessor = (state->BaseRegister & BootProcessorBit) != 0 && defect != LocalApicDefect.BootProcessorWaits;
        state->IsWaitingForStartUp = !isBootProcessor;
        state->Signals = defect == LocalApicDefect.InitKeepsNmi ? state->Signals : LocalApicSignals.None;
        return Latch(LocalApicSignals.Init);
    }

    private bool AcceptStartUp(byte vector)
    {
        if (!state->IsWaitingForStartUp && defect != LocalApicDefect.StartUpAlwaysCounts)
        {
            return false;
        }

        state->IsWaitingForStartUp = defect == LocalApicDefect.StartUpCountsTwice;
        state->StartUpVector = vector;
        return Latch(LocalApicSignals.StartUp);
    }

    private void EndInterrupt(uint value)
    {
        if ((value != 0 && defect == LocalApicDefect.EndNeedsZero) || !priorities.EndService(out byte vector))
        {
            return;
        }

        bool isLevel = state->LevelTriggered.Contains(vector) || defect == LocalApicDefect.EdgeEndIsBroadcast;
        bool isSuppressed = (state->SpuriousVector & SuppressEndBroadcast) != 0 && defect != LocalApicDefect.SuppressionIsIgnored;
        if (isLevel && !isSuppressed && defect != LocalApicDefect.LevelEndIsNotBroadcast)
        {
            bus.BroadcastEndOfInterrupt(vector);
        }

        EndPinService(vector);
    }

    private bool Has(LocalApicSignals signal) => (state->Signals & signal) != 0;

    private bool Latch(LocalApicSignals signal)
    {
        state->Signals |= signal;
        return true;
    }

    private bool Take(LocalApicSignals signal)
    {
        bool isPending = Has(signal);
        state->Signals &= defect == LocalApicDefect.TakenSignalStays ? state->Signals : ~signal;
        return isPending;
    }
}
