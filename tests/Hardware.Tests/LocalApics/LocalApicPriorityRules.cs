// Rules of priority: which vector comes first, what holds it back, and what the priority registers show. A vector has its
// class in its upper four bits.

using Managarm.Perf.Hardware.LocalApics;
using Managarm.Perf.Hardware.Tests.Rules;

namespace Managarm.Perf.Hardware.Tests.LocalApics;

/// <summary>Rules of task, processor and arbitration priority.</summary>
internal static class LocalApicPriorityRules
{
    internal static void AddTo(RuleBook<LocalApicDefect> book)
    {
        AddOrder(book);
        AddRegisters(book);
        AddCr8(book);
    }

    private static void AddOrder(RuleBook<LocalApicDefect> book)
    {
        book.Add("highest vector first", "Of several pending vectors the highest is delivered first.", "11.8.3",
            LocalApicDefect.LowestVectorFirst, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.SendFixed(0x31);
                rig.SendFixed(0xe0);
                rig.SendFixed(0x80);
                Assert.Equal([0xe0, 0x80, 0x31], rig.First.DeliverAll());
            });
        book.Add("task priority holds back", "A vector is delivered only if its class is above that of the task priority.",
            "11.8.3.1", LocalApicDefect.TaskPriorityIsIgnored, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.SetTaskPriority(0x40);
                rig.SendFixed(0x4f);
                Assert.False(rig.First.HasDeliverable);
                rig.First.SetTaskPriority(0x3f);
                Assert.True(rig.First.HasDeliverable);
            });
        book.Add("task priority 15 holds all back", "A task priority of class 15 holds every vector back.", "11.8.3.1",
            LocalApicDefect.NestsWithinClass, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.SetTaskPriority(0xf0);
                rig.SendFixed(0xff);
                Assert.False(rig.First.HasDeliverable);
                Assert.True(rig.First.IsRequested(0xff));
            });
        book.Add("service holds lower classes back", "A vector below what is in service waits for its end.", "11.8.4",
            LocalApicDefect.ServiceIsIgnored, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.SendFixed(0x80);
                Assert.Equal(0x80, rig.First.AcknowledgeInterrupt());
                rig.SendFixed(0x30);
                Assert.False(rig.First.HasDeliverable);
                rig.First.End();
                Assert.Equal(0x30, rig.First.AcknowledgeInterrupt());
            });
        book.Add("no nesting within a class", "A higher vector of the same class does not interrupt.", "11.8.4",
            LocalApicDefect.NestsWithinClass, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.SendFixed(0x81);
                rig.First.AcknowledgeInterrupt();
                rig.SendFixed(0x8f);
                Assert.False(rig.First.HasDeliverable);
            });
        book.Add("a higher class nests", "A vector of a higher class interrupts the service of a lower one.", "11.8.4",
            LocalApicDefect.LowestVectorFirst, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.SendFixed(0x81);
                rig.First.AcknowledgeInterrupt();
                rig.SendFixed(0x20);
                rig.SendFixed(0x90);
                Assert.Equal(0x90, rig.First.AcknowledgeInterrupt());
                Assert.True(rig.First.IsInService(0x81) && rig.First.IsInService(0x90));
            });
    }

    private static void AddRegisters(RuleBook<LocalApicDefect> book)
    {
        book.Add("processor priority is the task's", "Where the class of the task is the higher, PPR is TPR.", "11.8.3.1",
            LocalApicDefect.TaskPriorityIsIgnored, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.SetTaskPriority(0x57);
                Assert.Equal(0x57u, rig.First.Read(LocalApicRegister.ProcessorPriority));
            });
        book.Add("processor priority is the service's", "Where the class in service is the higher, PPR is that class, and its "
            + "subclass is zero.", "11.8.3.1", LocalApicDefect.PriorityKeepsSubclass, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.SetTaskPriority(0x37);
                rig.SendFixed(0x9c);
                rig.First.AcknowledgeInterrupt();
                Assert.Equal(0x90u, rig.First.Read(LocalApicRegister.ProcessorPriority));
            });
        book.Add("equal classes show the task", "Where both classes are equal, PPR is TPR with its subclass.", "11.8.3.1",
            LocalApicDefect.PriorityComparesSubclasses, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.SendFixed(0x9c);
                rig.First.AcknowledgeInterrupt();
                rig.First.SetTaskPriority(0x95);
                Assert.Equal(0x95u, rig.First.Read(LocalApicRegister.ProcessorPriority));
            });
        book.Add("arbitration priority knows requests", "APR is the highest class of task, service and requests.", "11.6.2.4",
            LocalApicDefect.ArbitrationIgnoresRequests, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.SetTaskPriority(0x37);
                Assert.Equal(0x37u, rig.First.Read(LocalApicRegister.ArbitrationPriority));
                rig.SendFixed(0x4c);
                Assert.Equal(0x40u, rig.First.Read(LocalApicRegister.ArbitrationPriority));
                rig.First.AcknowledgeInterrupt();
                Assert.Equal(0x40u, rig.First.Read(LocalApicRegister.ArbitrationPriority));
            });
    }

    private static void AddCr8(RuleBook<LocalApicDefect> book)
    {
        book.Add("CR8 is the task's class", "CR8 reads and writes bits 7 to 4 of TPR; a write clears the others.", "11.8.6",
            LocalApicDefect.Cr8KeepsSubclass, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.SetTaskPriority(0x57);
                Assert.Equal(5ul, rig.First.Cr8);
                Assert.True(rig.First.TryWriteCr8(9));
                Assert.Equal(0x90u, rig.First.Read(LocalApicRegister.TaskPriority));
            });
        book.Add("CR8 has four bits", "Bits above 3 of CR8 are reserved, and writing them is a fault.", "11.8.6",
            LocalApicDefect.Cr8TakesReservedBits, defect =>
            {
                using var rig = new LocalApicRig(defect);
                Assert.False(rig.First.TryWriteCr8(0x10));
                Assert.Equal(0ul, rig.First.Cr8);
            });
    }
}
