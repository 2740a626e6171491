// The interrupt command register, by which a processor interrupts others and itself. A command is carried out in the write
// that gives it, so the delivery status is always idle. On the processors modelled here the level and trigger bits mean
// something for INIT alone, and only to tell the de-assertion that old processors needed: everything else is an edge,
// asserted.

using Managarm.Perf.Hardware.Buses;

namespace Managarm.Perf.Hardware.LocalApics;

/// <content>Interprocessor interrupts.</content>
public sealed unsafe partial class LocalApic
{
    private const uint CommandBits = 0xccfff;
    private const uint CommandLogical = 1 << 11;
    private const uint CommandBusy = 1 << 12;
    private const uint CommandAssert = 1 << 14;
    private const uint CommandLevel = 1 << 15;
    private const int CommandShorthandShift = 18;

    private void WriteCommand(uint value)
    {
        state->Command = (value & CommandBits) | (defect == LocalApicDefect.CommandStaysBusy ? CommandBusy : 0);
        var mode = (DeliveryMode)((value >> LocalVectorBits.DeliveryModeShift) & 7);
        var shorthand = (DestinationShorthand)((value >> CommandShorthandShift) & 3);
        bool cannotSend = defect == LocalApicDefect.DisabledDoesNotSend && !IsSoftwareEnabled;
        bool isCommand = mode is not (DeliveryMode.Reserved or DeliveryMode.External) && IsCombination(mode, shorthand);
        if (cannotSend || !isCommand || FindsError((byte)value, mode))
        {
            return;
        }

        bool isLevel = (value & CommandLevel) != 0 && (mode == DeliveryMode.Init || defect == LocalApicDefect.CommandKeepsLevel);
        bool isAsserted = !isLevel || (value & CommandAssert) != 0;
        bool isLogical = (value & CommandLogical) != 0;
        bus.Deliver(new((byte)value, mode, isLogical, CommandDestination, isLevel, isAsserted), this, shorthand);
    }

    private uint CommandDestination
    {
        get
        {
            if (Mode == LocalApicMode.X2Apic)
            {
                return state->CommandHigh;
            }

            uint destination = state->CommandHigh >> IdentifierShift;
            return destination == ByteBroadcast ? InterruptBus.Broadcast : destination;
        }
    }

    private void WriteSelfInterrupt(byte vector)
    {
        if (FindsError(vector, DeliveryMode.Fixed))
        {
            return;
        }

        if (defect != LocalApicDefect.SelfInterruptIsLost)
        {
            AcceptFixed(vector, isLevel: false);
        }
    }

    // To oneself, alone or among all, only a vector can be sent.
    private bool IsCombination(DeliveryMode mode, DestinationShorthand shorthand)
    {
        bool includesSelf = shorthand is DestinationShorthand.Self or DestinationShorthand.AllIncludingSelf;
        return !includesSelf || mode == DeliveryMode.Fixed || defect == LocalApicDefect.AnythingToSelf;
    }

    // A lowest-priority command that cannot be sent is that one error, whatever its vector.
    private bool FindsError(byte vector, DeliveryMode mode)
    {
        bool cannotSend = mode == DeliveryMode.LowestPriority && !options.CanSendLowestPriority;
        if (cannotSend && defect != LocalApicDefect.AlwaysSendsLowestPriority)
        {
            return RaiseError(LocalApicErrors.RedirectableInterrupt, LocalApicDefect.None);
        }

        bool hasVector = mode is DeliveryMode.Fixed or DeliveryMode.LowestPriority;
        return hasVector && vector < FirstLegalVector
            && RaiseError(LocalApicErrors.SendIllegalVector, LocalApicDefect.SentVectorIsNoError);
    }
}
