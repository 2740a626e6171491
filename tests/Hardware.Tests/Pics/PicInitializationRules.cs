// Rules of the initialization words: their order, what the first one clears, and what each of them sets.

using Managarm.Perf.Hardware.Pics;
using Managarm.Perf.Hardware.Tests.Rules;
using static Managarm.Perf.Hardware.Tests.Pics.PicMachine;

namespace Managarm.Perf.Hardware.Tests.Pics;

/// <summary>Rules of ICW1 to ICW4.</summary>
internal static class PicInitializationRules
{
    private const string Sequence = "Initialization sequence";
    private const string First = "Initialization command words 1 and 2";

    internal static void AddTo(RuleBook<PicDefect> book)
    {
        AddSequence(book);
        AddCleared(book);
        AddClearedModes(book);
        AddVectors(book);
    }

    private static void AddSequence(RuleBook<PicDefect> book)
    {
        book.Add("single mode skips ICW3", "With SNGL the word after ICW2 is ICW4.",
            Sequence, PicDefect.SingleAwaitsThirdWord, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Command(Master, 0x13);
                machine.Data(Master, 0x40, 0x01, 0xa5);
                Assert.Equal(0xa5, machine.ReadMask(Master));
            });
        book.Add("ICW4 comes if announced", "Without IC4 the sequence ends before ICW4.",
            Sequence, PicDefect.FourthWordAlwaysAwaited, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Command(Master, 0x10);
                machine.Data(Master, 0x40, 0x04, 0xa5);
                Assert.Equal(0xa5, machine.ReadMask(Master));
            });
        book.Add("no interrupt before the last word", "Requests are accepted once the initialization words are complete.",
            Sequence, PicDefect.WorksWhileInitializing, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Command(Master, 0x11);
                machine.Raise(4);
                machine.Data(Master, MasterBase, 0x04);
                Assert.False(machine.HasRequest);
                machine.Data(Master, 0x01);
                Assert.True(machine.HasRequest);
                machine.PowerOff();
                machine.Raise(4);
                Assert.False(machine.HasRequest);
            });
        book.Add("ICW1 starts anew at any time", "A command with bit 4 set is ICW1, in the middle of a sequence too.",
            Sequence, PicDefect.FirstWordNeedsIdle, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Command(Master, 0x11);
                machine.Data(Master, 0x40);
                machine.InitializeMaster();
                machine.Data(Master, 0x5a);
                Assert.Equal(0x5a, machine.ReadMask(Master));
                machine.Raise(0);
                Assert.Equal(0, machine.Acknowledge());
            });
    }

    private static void AddCleared(RuleBook<PicDefect> book)
    {
        book.Add("ICW1 clears the mask", "ICW1 clears the mask register.", First, PicDefect.FirstWordKeepsMask, defect =>
        {
            using var machine = new PicMachine(defect);
            machine.Data(Master, 0xff);
            machine.InitializeMaster();
            Assert.Equal(0, machine.ReadMask(Master));
        });
        book.Add("ICW1 resets the edge sense", "After ICW1 an input must rise anew to interrupt.",
            First, PicDefect.FirstWordKeepsEdges, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(4);
                machine.InitializeMaster();
                Assert.False(machine.HasRequest);
                machine.Pulse(4);
                Assert.True(machine.HasRequest);
            });
        book.Add("ICW1 resets the priorities", "After ICW1 input 7 has the lowest priority.",
            First, PicDefect.FirstWordKeepsPriority, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Command(Master, 0xc3);
                machine.InitializeMaster();
                machine.Raise(0, 4);
                Assert.Equal(0, machine.Acknowledge());
            });
        book.Add("ICW1 ends every service", "After ICW1 nothing is in service (the sheet is silent; all chips and clones do so).",
            First, PicDefect.FirstWordKeepsService, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(4);
                Assert.Equal(4, machine.Acknowledge());
                machine.InitializeMaster();
                Assert.Equal(0, machine.ReadService(Master));
            });
        book.Add("ICW1 selects the request register", "After ICW1 a status read gives the request register.",
            First, PicDefect.FirstWordKeepsReadChoice, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Command(Master, 0x0b);
                machine.InitializeMaster();
                machine.Raise(4);
                Assert.Equal(0x10, machine.Pair.ReadPort(Master));
            });
    }

    private static void AddClearedModes(RuleBook<PicDefect> book)
    {
        book.Add("ICW1 leaves special mask mode", "ICW1 clears special mask mode.",
            First, PicDefect.FirstWordKeepsSpecialMask, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Command(Master, 0x68);
                machine.InitializeMaster();
                machine.Raise(3);
                Assert.Equal(3, machine.Acknowledge());
                machine.Data(Master, 0x08);
                machine.Raise(5);
                Assert.False(machine.HasRequest);
            });
        book.Add("no ICW4 means all modes off", "With IC4 = 0 every mode that ICW4 selects is off.",
            First, PicDefect.FirstWordKeepsFourthWord, defect =>
            {
                using var machine = new PicMachine(defect, masterModes: 0x03);
                machine.Command(Master, 0x10);
                machine.Data(Master, MasterBase, 0x04);
                machine.Raise(4);
                machine.Pair.Acknowledge();
                Assert.Equal(0x10, machine.ReadService(Master));
            });
        book.Add("ICW1 sets the slave's address to 7", "A slave without ICW3 has address 7, so it does not answer at input 2.",
            First, PicDefect.FirstWordKeepsAddress, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Command(Slave, 0x13);
                machine.Data(Slave, SlaveBase, 0x01);
                machine.Raise(12);
                Assert.Equal(0xff, machine.Pair.Acknowledge());
            });
        book.Add("ICW1 stops automatic rotation",
            "ICW1 clears rotation in automatic end of interrupt (by practice of the clones).",
            First, PicDefect.FirstWordKeepsAutomaticRotation, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Command(Master, 0x80);
                machine.InitializeMaster(modes: 0x03);
                machine.Raise(4);
                Assert.Equal(4, machine.Acknowledge());
                machine.Raise(0, 5);
                Assert.Equal(0, machine.Acknowledge());
            });
    }

    private static void AddVectors(RuleBook<PicDefect> book)
    {
        book.Add("ICW2 gives five bits of the vector", "The low three bits of the vector are the input, whatever ICW2 had there.",
            "ICW2", PicDefect.VectorKeepsLowBits, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Command(Master, 0x11);
                machine.Data(Master, 0x77, 0x04, 0x01);
                machine.Raise(4);
                Assert.Equal(0x74, machine.Pair.Acknowledge());
            });
        book.Add("8080 mode gives an address",
            "With uPM = 0 the second byte is the low half of an address at interval 8 times the input.",
            "Interrupt sequence (MCS-80)", PicDefect.OldModeIgnored, defect =>
            {
                using var machine = new PicMachine(defect, masterModes: 0x00, firstWord: 0xf1);
                machine.Raise(5);
                Assert.Equal(0xe8, machine.Pair.Acknowledge());
            });
        book.Add("8080 mode knows two intervals", "With ADI the addresses are 4 bytes apart.",
            "Interrupt sequence (MCS-80)", PicDefect.OldIntervalIgnored, defect =>
            {
                using var machine = new PicMachine(defect, masterModes: 0x00, firstWord: 0xf5);
                machine.Raise(5);
                Assert.Equal(0xf4, machine.Pair.Acknowledge());
            });
    }
}
