// Rules of the inputs: edges, levels, the edge/level register, the mask, and requests that vanish before they are acknowledged.

using Managarm.Perf.Hardware.Pics;
using Managarm.Perf.Hardware.Tests.Rules;
using static Managarm.Perf.Hardware.Tests.Pics.PicMachine;

namespace Managarm.Perf.Hardware.Tests.Pics;

/// <summary>Rules of edge and level triggered inputs.</summary>
internal static class PicInputRules
{
    private const string Trigger = "Edge and level triggered modes";
    private const string Control = "82371: ELCR1, ELCR2";

    internal static void AddTo(RuleBook<PicDefect> book)
    {
        AddEdges(book);
        AddLevels(book);
        AddMask(book);
    }

    private static void AddEdges(RuleBook<PicDefect> book)
    {
        book.Add("an edge must stay", "An input that falls before the first INTA cycle takes its request along.",
            Trigger, PicDefect.EdgeOutlivesLine, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(4);
                Assert.True(machine.HasRequest);
                machine.Lower(4);
                Assert.False(machine.HasRequest);
                Assert.Equal(0, machine.ReadRequests(Master));
            });
        book.Add("an edge asks once", "An edge-triggered input that stays high asks no second time.",
            Trigger, PicDefect.EdgeActsAsLevel, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(4);
                Assert.Equal(4, machine.Acknowledge());
                machine.Command(Master, EndNonSpecific);
                Assert.False(machine.HasRequest);
                machine.Pulse(4);
                Assert.Equal(4, machine.Acknowledge());
            });
        book.Add("an edge is a change", "Only the change from low to high is an edge.",
            Trigger, PicDefect.RepeatedLevelIsAnEdge, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(4);
                Assert.Equal(4, machine.Acknowledge());
                machine.Command(Master, EndNonSpecific);
                machine.Raise(4);
                Assert.False(machine.HasRequest);
            });
        book.Add("acknowledge resets the request", "The first INTA cycle resets the bit in the request register.",
            "Interrupt sequence", PicDefect.AcknowledgeKeepsRequest, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(4, 5);
                Assert.Equal(4, machine.Acknowledge());
                Assert.Equal(0x20, machine.ReadRequests(Master));
            });
    }

    private static void AddLevels(RuleBook<PicDefect> book)
    {
        book.Add("a level asks as long as it is high", "A level-triggered input that is high after its service asks again.",
            Trigger, PicDefect.LevelActsAsEdge, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Command(PicPair.LevelRegisterPort, 0x10);
                machine.Raise(4);
                Assert.Equal(4, machine.Acknowledge());
                machine.Command(Master, EndNonSpecific);
                Assert.True(machine.HasRequest);
                machine.Lower(4);
                Assert.False(machine.HasRequest);
            });
        book.Add("ICW1 selects level mode", "With LTIM every input is level-triggered.",
            "ICW1: LTIM", PicDefect.LevelModeIgnored, defect =>
            {
                using var machine = new PicMachine(defect, firstWord: 0x19);
                machine.Raise(0);
                Assert.Equal(0, machine.Acknowledge());
                machine.Command(Master, EndNonSpecific);
                Assert.True(machine.HasRequest);
            });
        book.Add("the level register selects single inputs", "A set bit makes its input level-triggered, others keep edges.",
            Control, PicDefect.LevelRegisterIgnored, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Command(PicPair.LevelRegisterPort + 1, 0x08);
                machine.Raise(11, 12);
                Assert.Equal(11, machine.Acknowledge());
                machine.Command(Slave, EndNonSpecific);
                Assert.Equal(0x18, machine.ReadRequests(Slave));
            });
        book.Add("five inputs have edges only", "Bits 0, 1, 2 of ELCR1 and 0, 5 of ELCR2 cannot be set.",
            Control, PicDefect.FixedEdgesAreWritable, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Command(PicPair.LevelRegisterPort, 0xff);
                machine.Command(PicPair.LevelRegisterPort + 1, 0xff);
                Assert.Equal(0xf8, machine.Pair.ReadPort(PicPair.LevelRegisterPort));
                Assert.Equal(0xde, machine.Pair.ReadPort(PicPair.LevelRegisterPort + 1));
            });
        book.Add("ICW1 keeps the level register", "The edge/level register is no part of the initialization words.",
            Control, PicDefect.FirstWordClearsLevelRegister, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Command(PicPair.LevelRegisterPort, 0x10);
                machine.InitializeMaster();
                Assert.Equal(0x10, machine.Pair.ReadPort(PicPair.LevelRegisterPort));
            });
    }

    private static void AddMask(RuleBook<PicDefect> book)
    {
        book.Add("a masked input does not interrupt", "A set mask bit holds the request of its input back.",
            "OCW1", PicDefect.MaskIgnored, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Data(Master, 0x10);
                machine.Raise(4);
                Assert.False(machine.HasRequest);
                machine.Raise(5);
                Assert.Equal(5, machine.Acknowledge());
            });
        book.Add("a masked edge waits", "An edge at a masked input interrupts when the mask is lifted, if it is still high.",
            "OCW1", PicDefect.MaskedEdgeIsLost, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Data(Master, 0x10);
                machine.Raise(4);
                machine.Data(Master, 0x00);
                Assert.True(machine.HasRequest);
                Assert.Equal(4, machine.Acknowledge());
            });
        book.Add("the request register is not masked", "Reading the request register shows masked requests.",
            "Reading the 8259A status", PicDefect.RequestsReadMasked, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Data(Master, 0xff);
                machine.Raise(4);
                Assert.Equal(0x10, machine.ReadRequests(Master));
            });
        book.Add("a mask does not end a service", "Masking what is in service lets lower priorities wait on.",
            "Special mask mode", PicDefect.MaskLiftsService, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(3);
                Assert.Equal(3, machine.Acknowledge());
                machine.Data(Master, 0x08);
                machine.Raise(5);
                Assert.False(machine.HasRequest);
            });
    }
}
