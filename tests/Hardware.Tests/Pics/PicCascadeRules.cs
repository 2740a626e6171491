// Rules of the cascade and of spurious interrupts, which meet in interrupt 15: there the slave has nothing in service, but the
// master has.

using Managarm.Perf.Hardware.Pics;
using Managarm.Perf.Hardware.Tests.Rules;
using static Managarm.Perf.Hardware.Tests.Pics.PicMachine;

namespace Managarm.Perf.Hardware.Tests.Pics;

/// <summary>Rules of master and slave.</summary>
internal static class PicCascadeRules
{
    private const string Cascade = "Cascade mode";
    private const string Spurious = "Edge and level triggered modes (default IR7)";

    internal static void AddTo(RuleBook<PicDefect> book)
    {
        AddWiring(book);
        AddAddresses(book);
        AddSpurious(book);
    }

    private static void AddWiring(RuleBook<PicDefect> book)
    {
        book.Add("input 2 belongs to the slave", "No device can drive the input that the slave is wired to.",
            Cascade, PicDefect.CascadeInputIsConnected, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(PicPair.CascadeInput);
                Assert.False(machine.HasRequest);
            });
        book.Add("each acknowledge makes a new edge",
            "The slave's output falls at acknowledge, so its next request reaches the master.",
            Cascade, PicDefect.CascadeMissesEdge, defect =>
            {
                using var machine = new PicMachine(defect, slaveModes: 0x03);
                machine.Raise(9, 12);
                Assert.Equal(9, machine.Acknowledge());
                machine.Command(Master, EndNonSpecific);
                Assert.True(machine.HasRequest);
                Assert.Equal(12, machine.Acknowledge());
            });
        book.Add("a slave's request can vanish", "A slave without a request lowers the input of the master.",
            Cascade, PicDefect.CascadeHoldsRequest, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(12);
                Assert.True(machine.HasRequest);
                machine.Data(Slave, 0xff);
                Assert.False(machine.HasRequest);
                machine.Data(Slave, 0x00);
                Assert.Equal(12, machine.Acknowledge());
            });
        book.Add("two ends for a slave's interrupt", "An end at the slave leaves the master's service as it is.",
            Cascade, PicDefect.SlaveEndReachesMaster, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(12);
                Assert.Equal(12, machine.Acknowledge());
                Assert.Equal(0x04, machine.ReadService(Master));
                Assert.Equal(0x10, machine.ReadService(Slave));
                machine.Command(Slave, EndNonSpecific);
                Assert.Equal(0x04, machine.ReadService(Master));
                Assert.Equal(0, machine.ReadService(Slave));
            });
    }

    private static void AddAddresses(RuleBook<PicDefect> book)
    {
        book.Add("a slave answers its address only", "A slave whose ICW3 does not name input 2 leaves the bus floating.",
            "ICW3 (slave)", PicDefect.SlaveIgnoresAddress, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.InitializeSlave(address: 0x05);
                machine.Raise(12);
                Assert.Equal(0xff, machine.Pair.Acknowledge());
                Assert.Equal(0, machine.ReadService(Slave));
            });
        book.Add("a master knows its slaves from ICW3", "Without a slave in ICW3 the master gives the vector of input 2 itself.",
            "ICW3 (master)", PicDefect.MasterIgnoresThirdWord, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.InitializeMaster(cascade: 0x00);
                machine.Raise(12);
                Assert.Equal(2, machine.Acknowledge());
            });
    }

    private static void AddSpurious(RuleBook<PicDefect> book)
    {
        book.Add("a spurious interrupt is not in service",
            "An acknowledge without a request gives input 7 and sets no in-service bit.",
            Spurious, PicDefect.SpuriousEntersService, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(4);
                machine.Lower(4);
                Assert.Equal(7, machine.Acknowledge());
                Assert.Equal(0, machine.ReadService(Master));
            });
        book.Add("a spurious interrupt is always number 7", "Rotation does not change the input of a spurious interrupt.",
            Spurious, PicDefect.SpuriousFollowsRotation, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Command(Master, 0xc3);
                Assert.Equal(7, machine.Acknowledge());
            });
        book.Add("spurious 15 is in service at the master", "A slave request that vanishes after the master took it gives 15, "
            + "with the master in service and the slave not.",
            Spurious, PicDefect.SpuriousSlaveSkipsMaster, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(12);
                machine.Pair.BeginAcknowledge();
                machine.Lower(12);
                Assert.Equal(SlaveBase + 7, machine.Pair.EndAcknowledge());
                Assert.Equal(0, machine.ReadService(Slave));
                Assert.Equal(0x04, machine.ReadService(Master));
            });
    }
}
