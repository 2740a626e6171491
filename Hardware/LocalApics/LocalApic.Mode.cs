// The part of the local APIC that IA32_APIC_BASE governs: whether it is there at all, as registers in memory or as
// model-specific registers, and where in memory. Only some ways lead from one state to another; the others are refused.
// Disabling forgets all registers but the initial id, which the manual permits from xAPIC and demands on the way out of
// x2APIC.

using Managarm.Perf.Hardware.Buses;

namespace Managarm.Perf.Hardware.LocalApics;

/// <content>Modes, reset of the registers, and destinations.</content>
public sealed unsafe partial class LocalApic
{
    private const ulong DefaultBase = 0xfee00000;
    private const ulong BootProcessorBit = 1 << 8;
    private const ulong ExtendedBit = 1 << 10;
    private const ulong EnableBit = 1 << 11;
    private const ulong LowReservedBits = 0x2ff;
    private const int AddressShift = 12;
    private const int ModeShift = 10;
    private const int IdentifierShift = 24;
    private const uint FlatFormat = 0xf;
    private const uint ClusterFormat = 0;
    private const int FormatShift = 28;
    private const uint ByteBroadcast = 0xff;
    private const uint ResetSpuriousVector = 0xff;

    /// <summary>State that IA32_APIC_BASE selects.</summary>
    public LocalApicMode Mode => (LocalApicMode)((state->BaseRegister >> ModeShift) & 3);

    /// <summary>Whether there is a local APIC: bit 11 of IA32_APIC_BASE, which CPUID shows as well.</summary>
    public bool IsEnabled => Mode != LocalApicMode.Disabled;

    /// <summary>Physical address of the registers; they answer there in <see cref="LocalApicMode.XApic"/> only.</summary>
    public ulong BaseAddress => state->BaseRegister & AddressBits;

    /// <summary>LDR: as written in xAPIC mode, derived from the id in x2APIC mode.</summary>
    public uint LogicalDestination
    {
        get
        {
            if (Mode != LocalApicMode.X2Apic || defect == LocalApicDefect.LogicalIdIsNotDerived)
            {
                return state->LogicalDestination;
            }

            return ((options.Id >> 4) << 16) | (1U << (int)(options.Id & 0xf));
        }
    }

    private ulong AddressBits => ((1UL << options.PhysicalAddressBits) - 1) >> AddressShift << AddressShift;

    /// <summary>Whether a message that is not a shorthand means this local APIC.</summary>
    /// <param name="message">The message; broadcasts have <see cref="InterruptBus.Broadcast"/>.</param>
    /// <returns>True when it does.</returns>
    internal bool IsAddressedBy(in InterruptMessage message)
    {
        if (message.Destination == InterruptBus.Broadcast)
        {
            return defect != LocalApicDefect.BroadcastIsAnId;
        }

        if (message.IsLogical)
        {
            return Mode == LocalApicMode.X2Apic ? IsInWideCluster(message.Destination) : IsLogically(message.Destination);
        }

        uint id = Mode == LocalApicMode.X2Apic ? options.Id : state->Identifier >> IdentifierShift;
        uint wanted = defect == LocalApicDefect.WideIdIsCutOff ? (byte)message.Destination : message.Destination;
        return wanted == (defect == LocalApicDefect.WideIdIsCutOff ? (byte)id : id);
    }

    private bool IsLogically(uint destination)
    {
        uint logicalId = state->LogicalDestination >> IdentifierShift;
        if (destination > ByteBroadcast)
        {
            return false;
        }

        uint format = defect == LocalApicDefect.FormatIsIgnored ? FlatFormat : state->DestinationFormat >> FormatShift;
        return format switch
        {
            FlatFormat when defect == LocalApicDefect.FlatMatchesWholeId => destination == logicalId,
            FlatFormat => (destination & logicalId) != 0,
            ClusterFormat => IsInCluster(destination, logicalId),
            _ => false,
        };
    }

    private bool IsInCluster(uint destination, uint logicalId)
    {
        bool isCluster = destination >> 4 == logicalId >> 4 || destination >> 4 == 0xf;
        isCluster |= defect == LocalApicDefect.ClusterIsIgnored;
        return isCluster && (destination & logicalId & 0xf) != 0;
    }

    private bool IsInWideCluster(uint destination)
    {
        uint logicalId = LogicalDestination;
        bool isCluster = destination >> 16 == logicalId >> 16 || defect == LocalApicDefect.WideClusterIsIgnored;
        return isCluster && (destination & logicalId & 0xffff) != 0;
    }

    private bool TryWriteBase(ulong value)
    {
        ulong extended = options.HasX2Apic || defect == LocalApicDefect.ExtendedAlwaysExists ? 0 : ExtendedBit;
        ulong highReserved = defect == LocalApicDefect.BaseTakesHighBits ? 0 : ~(AddressBits | ((1UL << AddressShift) - 1));
        ulong lowReserved = defect == LocalApicDefect.BaseTakesLowBits ? 0 : LowReservedBits;
        if ((value & (lowReserved | highReserved | extended)) != 0)
        {
            return false;
        }

        LocalApicMode from = Mode;
        var to = (LocalApicMode)((value >> ModeShift) & 3);
        if (!IsTransition(from, to))
        {
            return false;
        }

        ulong kept = defect == LocalApicDefect.BaseIsNotRelocated ? (value & ~AddressBits) | DefaultBase : value;
        state->BaseRegister = defect == LocalApicDefect.BootProcessorBitIsLost ? kept & ~BootProcessorBit : kept;
        if (from != LocalApicMode.Disabled && to == LocalApicMode.Disabled)
        {
            state->Identifier = defect == LocalApicDefect.DisableKeepsId ? state->Identifier : options.Id << IdentifierShift;
            if (defect != LocalApicDefect.DisableKeepsRegisters)
            {
                ResetRegisters();
            }
        }

        if (from == LocalApicMode.XApic && to == LocalApicMode.X2Apic && defect == LocalApicDefect.ExtendingForgets)
        {
            ResetRegisters();
        }

        return true;
    }

    private bool IsTransition(LocalApicMode from, LocalApicMode to) => (from, to) switch
    {
        (_, LocalApicMode.Invalid) => defect == LocalApicDefect.InvalidModeIsTaken,
        (LocalApicMode.X2Apic, LocalApicMode.XApic) => defect == LocalApicDefect.ExtendedGoesBack,
        (LocalApicMode.Disabled, LocalApicMode.X2Apic) => defect == LocalApicDefect.DisabledGoesExtended,
        _ => from != to || defect != LocalApicDefect.SameModeIsRefused,
    };

    // Everything but IA32_APIC_BASE, the id and the latches of the processor. INIT does no less than power-up in here.
    private void ResetRegisters()
    {
        priorities.Reset();
        timer.Reset();
        ResetLocalVectors();
        state->LogicalDestination = 0;
        state->DestinationFormat = defect == LocalApicDefect.ResetFormatIsCluster ? 0 : uint.MaxValue;
        state->SpuriousVector = ResetSpuriousVector | (defect == LocalApicDefect.ResetIsEnabled ? SoftwareEnable : 0);
        state->Command = 0;
        state->CommandHigh = 0;
        state->LatchedErrors = LocalApicErrors.None;
        state->DetectedErrors = LocalApicErrors.None;
        state->IsErrorArmed = true;
    }
}
