// Rules of reading: the status registers, the mask, and the poll, which is an acknowledge cycle by way of a port.

using Managarm.Perf.Hardware.Pics;
using Managarm.Perf.Hardware.Tests.Rules;
using static Managarm.Perf.Hardware.Tests.Pics.PicMachine;

namespace Managarm.Perf.Hardware.Tests.Pics;

/// <summary>Rules of OCW3 and of the two ports.</summary>
internal static class PicReadRules
{
    private const string Status = "Reading the 8259A status";
    private const string PollSection = "Poll command";

    internal static void AddTo(RuleBook<PicDefect> book)
    {
        AddStatus(book);
        AddPoll(book);
        AddPollConflicts(book);
    }

    private static void AddStatus(RuleBook<PicDefect> book)
    {
        book.Add("the status choice needs its enable bit", "RIS without RR changes nothing.",
            "OCW3", PicDefect.ReadChoiceNeedsNoEnable, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(4);
                machine.Command(Master, 0x0a, 0x09);
                Assert.Equal(0x10, machine.Pair.ReadPort(Master));
            });
        book.Add("the status choice stays", "The register once selected is read until another is.",
            Status, PicDefect.ReadChoiceIsForgotten, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(4);
                Assert.Equal(4, machine.Acknowledge());
                Assert.Equal(0x10, machine.ReadService(Master));
                Assert.Equal(0x10, machine.Pair.ReadPort(Master));
            });
        book.Add("the data port gives the mask", "Reading with A0 = 1 gives the mask without any command.",
            Status, PicDefect.DataPortReadsStatus, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Data(Slave, 0x5a);
                machine.Command(Slave, 0x0b);
                Assert.Equal(0x5a, machine.ReadMask(Slave));
            });
    }

    private static void AddPoll(RuleBook<PicDefect> book)
    {
        book.Add("a poll acknowledges", "The read after a poll command gives the highest request and puts it in service.",
            PollSection, PicDefect.PollOnlyLooks, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(4, 6);
                Assert.Equal(0x84, machine.Poll(Master));
                Assert.Equal(0x10, machine.ReadService(Master));
                Assert.Equal(0x40, machine.ReadRequests(Master));
                Assert.False(machine.HasRequest);
            });
        book.Add("a poll is one read", "The second read after a poll command is an ordinary one.",
            PollSection, PicDefect.PollStays, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(4, 6);
                Assert.Equal(0x84, machine.Poll(Master));
                Assert.Equal(0x40, machine.Pair.ReadPort(Master));
            });
        book.Add("a poll is frozen from its command on", "A request that comes between command and read is not seen.",
            PollSection, PicDefect.PollIsNotFrozen, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(4);
                machine.Command(Master, 0x0c);
                machine.Raise(1);
                Assert.Equal(0x84, machine.Pair.ReadPort(Master));
                Assert.Equal(1, machine.Acknowledge());
            });
        book.Add("a poll can find nothing", "Without a request bit 7 is clear and nothing is put in service.",
            PollSection, PicDefect.PollAlwaysClaims, defect =>
            {
                using var machine = new PicMachine(defect);
                Assert.Equal(0, machine.Poll(Master) & 0x80);
                Assert.Equal(0, machine.ReadService(Master));
            });
    }

    private static void AddPollConflicts(RuleBook<PicDefect> book)
    {
        book.Add("a poll is answered at both ports", "The next read is the poll, whatever A0 is.",
            PollSection, PicDefect.PollAtCommandPortOnly, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(4);
                machine.Command(Master, 0x0c);
                Assert.Equal(0x84, machine.ReadMask(Master));
            });
        book.Add("a poll beats a status read", "With P and RR in one command the next read is the poll.",
            Status, PicDefect.StatusReadBeatsPoll, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(4);
                machine.Command(Master, 0x0e);
                Assert.Equal(0x84, machine.Pair.ReadPort(Master));
            });
    }
}
