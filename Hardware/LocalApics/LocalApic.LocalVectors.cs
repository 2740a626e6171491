// The local vector table: interrupts that come from inside of the processor and from its two pins. An edge comes through when
// it happens with the entry unmasked, or is lost; a level comes through as long as it lasts, but not again before the
// processor has ended the one before, which the remote request bit of LINT0 remembers. LINT1 knows edges only. Where a pin is
// set to external interrupts the processor fetches the vector from the controller outside, and the pin is looked at when it
// asks.

using Managarm.Perf.Hardware.Buses;

namespace Managarm.Perf.Hardware.LocalApics;

/// <content>Local vector table and pins.</content>
public sealed unsafe partial class LocalApic
{
    private const int PinCount = 2;

    /// <summary>Whether an interrupt is pending whose vector the external controller has. It has no priority here: the processor
    /// may take it before or after vectors, and commonly takes it first.</summary>
    public bool HasExternalInterrupt
    {
        get
        {
            if (!IsEnabled)
            {
                return IsPinHigh(0) && defect != LocalApicDefect.DisabledPinsAreDead;
            }

            return Has(LocalApicSignals.External) || IsExternal(LocalVector.Lint0) || IsExternal(LocalVector.Lint1);
        }
    }

    /// <summary>Connects the controller that gives the vectors of external interrupts; only while the machine is built. Its
    /// output is wired to LINT0, besides what <see cref="Drive"/> tells.</summary>
    /// <param name="controller">The controller.</param>
    public void Connect(IExternalInterruptController controller) => externalController = controller;

    /// <summary>The acknowledge cycle for an external interrupt. No register of the local APIC takes part in it.</summary>
    /// <returns>The vector that the controller gives; the spurious vector when there is no controller.</returns>
    public byte AcknowledgeExternalInterrupt()
    {
        state->Signals &= ~LocalApicSignals.External;
        byte vector = externalController?.Acknowledge() ?? SpuriousVector;
        if (defect == LocalApicDefect.ExternalIsInService)
        {
            state->InService.Add(vector);
        }

        return vector;
    }

    /// <summary>Drives a pin: 0 is LINT0, 1 is LINT1.</summary>
    /// <inheritdoc/>
    public void Drive(int line, bool isHigh)
    {
        if ((uint)line >= PinCount)
        {
            return;
        }

        bool isSame = isHigh == ((state->PinLevels >> line) & 1) > 0;
        if (isSame && defect != LocalApicDefect.RepeatedLevelIsEdge)
        {
            return;
        }

        state->PinLevels ^= (byte)(isSame ? 0 : 1 << line);
        if (!IsEnabled)
        {
            SignalWithoutApic(line, isHigh);
            return;
        }

        var entry = (LocalVector)((int)LocalVector.Lint0 + line);
        if (IsActive(entry) && !IsLevelSensitive(entry))
        {
            Signal(entry);
        }

        Sample(entry);
    }

    /// <summary>An event of a source inside of the processor: thermal, performance or corrected machine check.</summary>
    /// <param name="entry">The source.</param>
    /// <returns>Whether its interrupt has been accepted.</returns>
    public bool Signal(LocalVector entry)
    {
        uint value = LocalVectorValue(entry);
        bool exists = entry != LocalVector.CorrectedMachineCheck || options.HasCorrectedMachineCheck;
        if (!exists || ((value & LocalVectorBits.Mask) != 0 && defect != LocalApicDefect.MaskIsIgnored))
        {
            return false;
        }

        if (entry == LocalVector.Performance && defect != LocalApicDefect.CounterStaysUnmasked)
        {
            state->LocalVectors[(int)entry] |= LocalVectorBits.Mask;
        }

        bool isPin = entry is LocalVector.Lint0 or LocalVector.Lint1;
        return LocalVectorBits.ModeOf(value) switch
        {
            DeliveryMode.Fixed => AcceptFixed((byte)value, isLevel: false),
            DeliveryMode.Nmi => Latch(defect == LocalApicDefect.LocalNmiIsSmi ? LocalApicSignals.Smi : LocalApicSignals.Nmi),
            DeliveryMode.Smi => Latch(LocalApicSignals.Smi),
            DeliveryMode.Init => (isPin || defect == LocalApicDefect.CounterMayInit) && AcceptInit(),
            _ => false,
        };
    }

    private uint LocalVectorValue(LocalVector entry) => state->LocalVectors[(int)entry];

    private void WriteLocalVector(LocalVector entry, uint value)
    {
        bool forcesMask = (state->SpuriousVector & SoftwareEnable) == 0 && defect != LocalApicDefect.DisabledUnmasks;
        uint kept = LocalVectorValue(entry) & LocalVectorBits.RemoteRequest;
        uint written = (value & WritableBits(entry)) | (forcesMask ? LocalVectorBits.Mask : 0);
        state->LocalVectors[(int)entry] = written | kept;
        bool isFixed = LocalVectorBits.ModeOf(written) == DeliveryMode.Fixed;
        if (isFixed && (byte)written < FirstLegalVector)
        {
            RaiseError(LocalApicErrors.ReceiveIllegalVector, LocalApicDefect.WrittenVectorIsNoError);
        }

        if (entry == LocalVector.Timer)
        {
            bool stops = defect == LocalApicDefect.MaskStopsTimer && (written & LocalVectorBits.Mask) != 0;
            timer.ChangeMode(stops ? LocalApicTimerMode.Reserved : TimerModeOf(written));
        }

        if (!IsLevelSensitive(entry))
        {
            state->LocalVectors[(int)entry] &= ~LocalVectorBits.RemoteRequest;
        }

        if (defect != LocalApicDefect.UnmaskDoesNotSample)
        {
            Sample(entry);
        }
    }

    // Without the feature the upper bit of the timer's mode is as reserved as it was before the feature was invented.
    private uint WritableBits(LocalVector entry)
    {
        bool hasDeadline = options.HasDeadline || defect == LocalApicDefect.DeadlineModeAlwaysExists;
        uint missing = entry == LocalVector.Timer && !hasDeadline ? LocalVectorBits.DeadlineMode : 0;
        return LocalVectorBits.Writable(entry) & ~missing;
    }

    private static LocalApicTimerMode TimerModeOf(uint value) =>
        (LocalApicTimerMode)((value & LocalVectorBits.TimerMode) >> LocalVectorBits.TimerModeShift);

    private void MaskLocalVectors()
    {
        for (int entry = 0; entry < LocalApicState.LocalVectorCount; entry++)
        {
            state->LocalVectors[entry] |= LocalVectorBits.Mask;
        }
    }

    private void ResetLocalVectors()
    {
        for (int entry = 0; entry < LocalApicState.LocalVectorCount; entry++)
        {
            state->LocalVectors[entry] = defect == LocalApicDefect.ResetUnmasks ? 0 : LocalVectorBits.Mask;
        }
    }

    // A pin with a level is a request for as long as it is active, unless the last one is still being serviced.
    private void Sample(LocalVector entry)
    {
        uint value = LocalVectorValue(entry);
        bool isHeld = (value & LocalVectorBits.RemoteRequest) != 0 && defect != LocalApicDefect.LevelRepeatsInService;
        bool isMasked = (value & LocalVectorBits.Mask) != 0;
        if (!IsLevelSensitive(entry) || !IsActive(entry) || isHeld || isMasked)
        {
            return;
        }

        if (AcceptFixed((byte)value, isLevel: true))
        {
            state->LocalVectors[(int)entry] |= LocalVectorBits.RemoteRequest;
            state->PinServiceVector = (byte)value;
        }
    }

    private void EndPinService(byte vector)
    {
        bool isServiced = (LocalVectorValue(LocalVector.Lint0) & LocalVectorBits.RemoteRequest) != 0;
        if (!isServiced || vector != state->PinServiceVector || defect == LocalApicDefect.RemoteRequestStays)
        {
            return;
        }

        state->LocalVectors[(int)LocalVector.Lint0] &= ~LocalVectorBits.RemoteRequest;
        Sample(LocalVector.Lint0);
    }

    private bool IsLevelSensitive(LocalVector entry)
    {
        uint value = LocalVectorValue(entry);
        bool hasLevel = entry == LocalVector.Lint0 || (entry == LocalVector.Lint1 && defect == LocalApicDefect.SecondPinHasLevel);
        return hasLevel && (value & LocalVectorBits.Level) != 0 && LocalVectorBits.ModeOf(value) == DeliveryMode.Fixed;
    }

    private bool IsActive(LocalVector entry)
    {
        if (entry is not (LocalVector.Lint0 or LocalVector.Lint1))
        {
            return false;
        }

        bool isLow = (LocalVectorValue(entry) & LocalVectorBits.ActiveLow) != 0 && defect != LocalApicDefect.PolarityIsIgnored;
        return IsPinHigh(entry - LocalVector.Lint0) != isLow;
    }

    private bool IsExternal(LocalVector entry)
    {
        uint value = LocalVectorValue(entry);
        bool isMasked = (value & LocalVectorBits.Mask) != 0 && defect != LocalApicDefect.MaskedExternalPasses;
        return !isMasked && LocalVectorBits.ModeOf(value) == DeliveryMode.External && IsActive(entry);
    }

    private bool IsPinHigh(int pin) =>
        ((state->PinLevels >> pin) & 1) != 0 || (pin == 0 && externalController is { HasRequest: true });

    private void SignalWithoutApic(int line, bool isHigh)
    {
        if (line == 1 && isHigh && defect != LocalApicDefect.DisabledPinsAreDead)
        {
            Latch(LocalApicSignals.Nmi);
        }
    }
}
