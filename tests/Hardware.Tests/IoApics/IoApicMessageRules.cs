// Rules of the messages: delivery modes, of which only two heed the trigger mode, destinations and vectors.

using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.IoApics;
using Managarm.Perf.Hardware.Tests.Rules;
using static Managarm.Perf.Hardware.Tests.IoApics.IoApicMachine;

namespace Managarm.Perf.Hardware.Tests.IoApics;

/// <summary>Rules of what a redirection entry sends.</summary>
internal static class IoApicMessageRules
{
    private const string Mode = "3.2.4 delivery mode";
    private const string Destination = "3.2.4 destination field";
    private const string DestinationMode = "3.2.4 destination mode";
    private const byte Vector = 0x56;

    internal static void AddTo(RuleBook<IoApicDefect> book)
    {
        AddModes(book);
        AddEdgeOnlyMode(book, "an SMI is an edge", DeliveryMode.Smi);
        AddEdgeOnlyMode(book, "an NMI is an edge", DeliveryMode.Nmi);
        AddEdgeOnlyMode(book, "an INIT is an edge", DeliveryMode.Init);
        AddEdgeOnlyMode(book, "an ExtINT is an edge", DeliveryMode.External);
        AddDestinations(book);
    }

    private static void AddModes(RuleBook<IoApicDefect> book)
    {
        book.Add("the delivery mode is sent", "Bits 10 to 8 are those of the message; the receiver judges reserved ones.",
            Mode, IoApicDefect.DeliveryModeIgnored, defect =>
            {
                for (uint mode = 0; mode < 8; mode++)
                {
                    using IoApicMachine machine = Build(defect, (mode << 8) | Vector);
                    Assert.Equal(new InterruptMessage(Vector, (DeliveryMode)mode, false, 0, false), machine.Last());
                }
            });
        book.Add("a level is sent as a level", "The message says so, since the local APIC answers a level with an end.",
            "3.2.4 trigger mode", IoApicDefect.MessagesAreEdges, defect =>
            {
                using IoApicMachine machine = Build(defect, Level | Vector);
                Assert.True(machine.Last().IsLevel);
                Assert.True(machine.Last().IsAsserted);
            });
        book.Add("lowest priority can be level-triggered", "Fixed and lowest priority heed the trigger mode.",
            Mode, IoApicDefect.LowestPriorityIsEdge, defect =>
            {
                using IoApicMachine machine = Build(defect, Level | Lowest | Vector);
                Assert.Equal(new InterruptMessage(Vector, DeliveryMode.LowestPriority, false, 0, true), machine.Last());
                Assert.True(machine.Has(4, RemoteIrr));
                machine.End(Vector);
                Assert.Equal(2, machine.SentCount);
            });
    }

    private static void AddEdgeOnlyMode(RuleBook<IoApicDefect> book, string name, DeliveryMode mode) =>
        book.Add(name, $"{mode} is edge-triggered even if the entry says level.",
            Mode, IoApicDefect.LevelInEveryMode, defect =>
            {
                uint low = Level | ((uint)mode << 8) | Vector;
                using IoApicMachine machine = Build(defect, low);
                Assert.Equal(new InterruptMessage(Vector, mode, false, 0, false), machine.Last());
                Assert.Equal(low, machine.ReadLow(4));
                machine.Lower(4);
                machine.Raise(4);
                Assert.Equal(2, machine.SentCount);
                machine.WriteLow(4, Masked | low);
                machine.WriteLow(4, low);
                Assert.Equal(2, machine.SentCount);
            });

    private static void AddDestinations(RuleBook<IoApicDefect> book)
    {
        book.Add("the destination mode is sent", "Bit 11 set addresses by logical destination.",
            DestinationMode, IoApicDefect.DestinationModeIgnored, defect =>
            {
                using IoApicMachine machine = Build(defect, Logical | Vector);
                Assert.True(machine.Last().IsLogical);
                machine.WriteLow(4, Vector);
                machine.Lower(4);
                machine.Raise(4);
                Assert.False(machine.Last().IsLogical);
            });
        book.Add("the destination has eight bits", "Bits 63 to 56 are sent, in logical and, since the xAPIC, in physical mode.",
            Destination, IoApicDefect.DestinationHasFourBits, defect =>
            {
                using IoApicMachine machine = Build(defect, Logical | Vector, destination: 0xa5);
                Assert.Equal(0xa5u, machine.Last().Destination);
                machine.WriteLow(4, Vector);
                machine.Lower(4);
                machine.Raise(4);
                Assert.Equal(0xa5u, machine.Last().Destination);
            });
        book.Add("every vector is sent", "Legal or not: it is the receiver that reports a vector below 16.",
            "3.2.4 interrupt vector", IoApicDefect.LowVectorsAreWithheld, defect =>
            {
                for (uint vector = 0; vector < 0x100; vector++)
                {
                    using IoApicMachine machine = Build(defect, vector);
                    Assert.Equal(vector, machine.Last().Vector);
                }
            });
    }

    // Entry 4 as given, and its line raised.
    private static IoApicMachine Build(IoApicDefect defect, uint low, byte destination = 0)
    {
        var machine = new IoApicMachine(defect);
        machine.WriteHigh(4, (uint)destination << 24);
        machine.WriteLow(4, low);
        machine.Raise(4);
        return machine;
    }
}
