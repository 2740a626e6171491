// The register map, in memory and as model-specific registers. In memory a register lies at every sixteenth byte; what is not
// there is an error that the error status shows. As model-specific registers the same are stricter: what is not there,
// read-only, write-only or reserved is a general-protection fault, and so is every bit above 31 save in the command register.

namespace Managarm.Perf.Hardware.LocalApics;

/// <content>Registers.</content>
public sealed unsafe partial class LocalApic
{
    private const uint FloatingBus = uint.MaxValue;
    private const uint PageMask = 0xfff;
    private const uint AlignmentMask = 0xf;
    private const uint VersionNumber = 0x15;
    private const int MaxLocalVectorShift = 16;
    private const uint VersionSuppressEndBroadcast = 1 << 24;
    private const uint IdentifierBits = 0xff000000;
    private const uint FormatBits = 0xf0000000;

    /// <summary>Reads a register in memory.</summary>
    /// <param name="offset">Offset from <see cref="BaseAddress"/> in bytes; a multiple of 16.</param>
    /// <returns>Its value; all ones where no registers are in memory, zero where there is none or between two.</returns>
    public uint Read(uint offset)
    {
        if (Mode != LocalApicMode.XApic && defect != LocalApicDefect.MemoryAlwaysAnswers)
        {
            return FloatingBus;
        }

        if ((offset & AlignmentMask) != 0 && defect != LocalApicDefect.RegistersRepeat)
        {
            return 0;
        }

        offset &= ~AlignmentMask;

        if (!IsInMemory(offset))
        {
            RaiseError(LocalApicErrors.IllegalRegisterAddress, LocalApicDefect.IllegalRegisterIsNoError);
            return 0;
        }

        return Load(offset & PageMask);
    }

    /// <summary>Writes a register in memory.</summary>
    /// <param name="offset">Offset from <see cref="BaseAddress"/> in bytes; a multiple of 16.</param>
    /// <param name="value">Value; reserved bits are ignored.</param>
    public void Write(uint offset, uint value)
    {
        bool answers = Mode == LocalApicMode.XApic || defect == LocalApicDefect.MemoryAlwaysAnswers;
        if (!answers || (offset & AlignmentMask) != 0)
        {
            return;
        }

        if (!IsInMemory(offset))
        {
            RaiseError(LocalApicErrors.IllegalRegisterAddress, LocalApicDefect.IllegalRegisterIsNoError);
            return;
        }

        Store(offset & PageMask, value);
    }

    /// <summary>RDMSR.</summary>
    /// <param name="msr">Number of the register.</param>
    /// <param name="value">What it holds.</param>
    /// <returns>False for a general-protection fault: it is not readable, or not one of the local APIC.</returns>
    public bool TryReadMsr(uint msr, out ulong value)
    {
        value = 0;
        switch (msr)
        {
            case LocalApicRegister.BaseMsr:
                value = state->BaseRegister;
                return true;
            case LocalApicRegister.DeadlineMsr:
                value = timer.Deadline;
                return options.HasDeadline || defect == LocalApicDefect.DeadlineAlwaysExists;
            default:
                return IsExtendedMsr(msr) && TryReadExtended(LocalApicRegister.OffsetOf(msr), out value);
        }
    }

    /// <summary>WRMSR.</summary>
    /// <param name="msr">Number of the register.</param>
    /// <param name="value">What to write.</param>
    /// <returns>False for a general-protection fault, and nothing has changed.</returns>
    public bool TryWriteMsr(uint msr, ulong value)
    {
        switch (msr)
        {
            case LocalApicRegister.BaseMsr:
                return TryWriteBase(value);
            case LocalApicRegister.DeadlineMsr when options.HasDeadline || defect == LocalApicDefect.DeadlineAlwaysExists:
                timer.WriteDeadline(value);
                Act();
                return true;
            default:
                return IsExtendedMsr(msr) && TryWriteExtended(LocalApicRegister.OffsetOf(msr), value);
        }
    }

    private bool IsExtendedMsr(uint msr) =>
        msr is >= LocalApicRegister.FirstMsr and <= LocalApicRegister.LastMsr
        && (Mode == LocalApicMode.X2Apic || defect == LocalApicDefect.ExtendedMsrAlwaysAnswers);

    private bool TryReadExtended(uint offset, out ulong value)
    {
        value = 0;
        bool isWriteOnly = offset is LocalApicRegister.EndOfInterrupt or LocalApicRegister.SelfInterrupt;
        if (!IsExtended(offset) || (isWriteOnly && defect != LocalApicDefect.WriteOnlyIsRead))
        {
            return false;
        }

        bool isCommand = offset == LocalApicRegister.Command && defect != LocalApicDefect.CommandIsHalf;
        value = Load(offset) | (isCommand ? (ulong)state->CommandHigh << 32 : 0);
        return true;
    }

    private bool TryWriteExtended(uint offset, ulong value)
    {
        bool isReadOnly = IsReadOnly(offset) && defect != LocalApicDefect.ReadOnlyIsWritten;
        if (!IsExtended(offset) || isReadOnly)
        {
            return false;
        }

        bool isCommand = offset == LocalApicRegister.Command;
        bool hasHigh = value >> 32 != 0 && !isCommand && defect != LocalApicDefect.HighHalfIsIgnored;
        uint reserved = defect == LocalApicDefect.ReservedBitsAreIgnored ? 0 : ~ExtendedBits(offset);
        if (hasHigh || ((uint)value & reserved) != 0)
        {
            return false;
        }

        state->CommandHigh = isCommand ? (uint)(value >> 32) : state->CommandHigh;
        Store(offset, (uint)value);
        return true;
    }

    private bool IsInMemory(uint offset) =>
        (offset & PageMask) == offset && offset != LocalApicRegister.SelfInterrupt && IsDefined(offset);

    private bool IsExtended(uint offset)
    {
        bool isOnlyInMemory = offset is LocalApicRegister.ArbitrationPriority or LocalApicRegister.RemoteRead
            or LocalApicRegister.DestinationFormat or LocalApicRegister.CommandHigh;
        return IsDefined(offset) && (!isOnlyInMemory || defect == LocalApicDefect.MemoryOnlyIsExtended);
    }

    private bool IsDefined(uint offset) => offset switch
    {
        LocalApicRegister.Id or LocalApicRegister.Version => true,
        >= LocalApicRegister.TaskPriority and <= LocalApicRegister.ErrorStatus => true,
        LocalApicRegister.CorrectedMachineCheckVector => options.HasCorrectedMachineCheck,
        >= LocalApicRegister.Command and <= LocalApicRegister.CurrentCount => true,
        LocalApicRegister.DivideConfiguration or LocalApicRegister.SelfInterrupt => true,
        _ => false,
    };

    private static bool IsReadOnly(uint offset) => offset switch
    {
        LocalApicRegister.Id or LocalApicRegister.Version or LocalApicRegister.ArbitrationPriority => true,
        LocalApicRegister.ProcessorPriority or LocalApicRegister.RemoteRead or LocalApicRegister.LogicalDestination => true,
        >= LocalApicRegister.InService and < LocalApicRegister.ErrorStatus => true,
        LocalApicRegister.CurrentCount => true,
        _ => false,
    };

    private uint Load(uint offset) => offset switch
    {
        LocalApicRegister.Id => Mode == LocalApicMode.X2Apic ? options.Id : state->Identifier,
        LocalApicRegister.Version => Version,
        LocalApicRegister.TaskPriority => state->TaskPriority,
        LocalApicRegister.ArbitrationPriority => priorities.ArbitrationPriority,
        LocalApicRegister.ProcessorPriority => priorities.ProcessorPriority,
        LocalApicRegister.LogicalDestination => LogicalDestination,
        LocalApicRegister.DestinationFormat => state->DestinationFormat,
        LocalApicRegister.SpuriousVector => state->SpuriousVector,
        >= LocalApicRegister.InService and < LocalApicRegister.TriggerMode => state->InService.Register(WordOf(offset)),
        >= LocalApicRegister.TriggerMode and < LocalApicRegister.Request => state->LevelTriggered.Register(WordOf(offset)),
        >= LocalApicRegister.Request and < LocalApicRegister.ErrorStatus => state->Requests.Register(WordOf(offset)),
        LocalApicRegister.ErrorStatus => ReadErrorStatus(),
        LocalApicRegister.Command => state->Command,
        LocalApicRegister.CommandHigh => state->CommandHigh,
        LocalApicRegister.InitialCount => timer.InitialCount,
        LocalApicRegister.CurrentCount => timer.CurrentCount,
        LocalApicRegister.DivideConfiguration => timer.DivideConfiguration,
        _ => IsLocalVector(offset, out LocalVector entry) ? LocalVectorValue(entry) : 0,
    };

    private void Store(uint offset, uint value)
    {
        switch (offset)
        {
            case LocalApicRegister.Id:
                state->Identifier = value & IdentifierBits;
                break;
            case LocalApicRegister.TaskPriority:
                state->TaskPriority = (byte)value;
                break;
            case LocalApicRegister.EndOfInterrupt:
                EndInterrupt(value);
                break;
            case LocalApicRegister.LogicalDestination:
                state->LogicalDestination = value & IdentifierBits;
                break;
            case LocalApicRegister.DestinationFormat:
                state->DestinationFormat = value | (defect == LocalApicDefect.FormatHasLowBits ? 0 : ~FormatBits);
                break;
            case LocalApicRegister.SpuriousVector:
                WriteSpuriousVector(value);
                break;
            case LocalApicRegister.ErrorStatus:
                LatchErrors();
                break;
            case LocalApicRegister.Command:
                WriteCommand(value);
                break;
            case LocalApicRegister.CommandHigh:
                state->CommandHigh = value & IdentifierBits;
                break;
            case LocalApicRegister.InitialCount:
                timer.WriteInitialCount(value);
                break;
            case LocalApicRegister.DivideConfiguration:
                timer.WriteDivideConfiguration(value & LocalApicTimer.DivideBits);
                break;
            case LocalApicRegister.SelfInterrupt:
                WriteSelfInterrupt((byte)value);
                break;
            default:
                if (IsLocalVector(offset, out LocalVector entry))
                {
                    WriteLocalVector(entry, value);
                }

                break;
        }
    }

    private uint Version
    {
        get
        {
            bool showsSuppression = options.CanSuppressEndBroadcast && defect != LocalApicDefect.VersionHidesSuppression;
            bool hasLast = options.HasCorrectedMachineCheck || defect == LocalApicDefect.VersionCountsTooMany;
            LocalVector last = hasLast ? LocalVector.CorrectedMachineCheck : LocalVector.Error;
            return VersionNumber | ((uint)last << MaxLocalVectorShift) | (showsSuppression ? VersionSuppressEndBroadcast : 0);
        }
    }

    private uint SpuriousVectorBits => 0x1ff | (options.CanSuppressEndBroadcast ? SuppressEndBroadcast : 0);

    private void WriteSpuriousVector(uint value)
    {
        state->SpuriousVector = value & SpuriousVectorBits;
        if ((value & SoftwareEnable) == 0 && defect != LocalApicDefect.DisableDoesNotMask)
        {
            MaskLocalVectors();
        }

        if ((value & SoftwareEnable) == 0 && defect == LocalApicDefect.DisableDropsRequests)
        {
            state->Requests = default;
        }
    }

    // Bits that a model-specific register takes without a fault. Those that only hardware changes may be written back as read.
    private uint ExtendedBits(uint offset) => offset switch
    {
        LocalApicRegister.TaskPriority or LocalApicRegister.SelfInterrupt => 0xff,
        LocalApicRegister.EndOfInterrupt or LocalApicRegister.ErrorStatus => 0,
        LocalApicRegister.SpuriousVector => SpuriousVectorBits,
        LocalApicRegister.Command => CommandBits,
        LocalApicRegister.DivideConfiguration => LocalApicTimer.DivideBits,
        _ => IsLocalVector(offset, out LocalVector entry) ? WritableBits(entry) | ReadOnlyBits(entry) : uint.MaxValue,
    };

    private static uint ReadOnlyBits(LocalVector entry) => entry is LocalVector.Lint0 or LocalVector.Lint1
        ? LocalVectorBits.DeliveryStatus | LocalVectorBits.RemoteRequest
        : LocalVectorBits.DeliveryStatus;

    private static bool IsLocalVector(uint offset, out LocalVector entry)
    {
        bool isLast = offset == LocalApicRegister.CorrectedMachineCheckVector;
        entry = isLast
            ? LocalVector.CorrectedMachineCheck
            : (LocalVector)((offset - LocalApicRegister.TimerVector) / LocalApicRegister.Stride);
        return isLast || offset is >= LocalApicRegister.TimerVector and <= LocalApicRegister.ErrorVector;
    }

    private static uint WordOf(uint offset) => offset / LocalApicRegister.Stride % 8;
}
