// Rules of the way of a vector through request and service: the acknowledge cycle, the spurious vector, the queue of depth one
// behind the service, the end of interrupt and its broadcast.

using Managarm.Perf.Hardware.LocalApics;
using Managarm.Perf.Hardware.Tests.Rules;

namespace Managarm.Perf.Hardware.Tests.LocalApics;

/// <summary>Rules of acknowledge and end.</summary>
internal static class LocalApicServiceRules
{
    internal static void AddTo(RuleBook<LocalApicDefect> book)
    {
        AddAcknowledge(book);
        AddSpurious(book);
        AddEnd(book);
        AddBroadcast(book);
    }

    private static void AddAcknowledge(RuleBook<LocalApicDefect> book)
    {
        book.Add("acknowledge clears the request", "The acknowledge cycle clears the bit of IRR.", "11.8.4",
            LocalApicDefect.AcknowledgeKeepsRequest, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.SendFixed(0x55);
                rig.First.AcknowledgeInterrupt();
                Assert.False(rig.First.IsRequested(0x55));
            });
        book.Add("acknowledge begins service", "The acknowledge cycle sets the bit of ISR.", "11.8.4",
            LocalApicDefect.AcknowledgeSkipsService, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.SendFixed(0x55);
                rig.First.AcknowledgeInterrupt();
                Assert.True(rig.First.IsInService(0x55));
            });
        book.Add("equal requests are one", "A second request before the acknowledge cycle is the same.", "11.8.4",
            LocalApicDefect.AcknowledgeKeepsRequest, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.SendFixed(0x55);
                rig.SendFixed(0x55);
                Assert.Equal([0x55], rig.First.DeliverAll());
            });
        book.Add("one request waits behind service", "A vector in service can be requested once more and is delivered after "
            + "its end.", "11.8.4", LocalApicDefect.RequestInServiceIsLost, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.SendFixed(0x55);
                rig.First.AcknowledgeInterrupt();
                rig.SendFixed(0x55);
                rig.SendFixed(0x55);
                Assert.True(rig.First.IsRequested(0x55) && rig.First.IsInService(0x55));
                rig.First.End();
                Assert.Equal([0x55], rig.First.DeliverAll());
            });
    }

    private static void AddSpurious(RuleBook<LocalApicDefect> book)
    {
        book.Add("spurious when the priority rose", "A vector that the task priority came to hold back before the acknowledge "
            + "cycle gives the spurious vector.", "11.9", LocalApicDefect.TaskPriorityIsIgnored, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.SendFixed(0x55);
                Assert.True(rig.First.HasDeliverable);
                rig.First.SetTaskPriority(0x50);
                Assert.Equal(0xff, rig.First.AcknowledgeInterrupt());
                Assert.True(rig.First.IsRequested(0x55));
            });
        book.Add("spurious is not in service", "The spurious vector sets no bit of ISR, so it needs no end.", "11.9",
            LocalApicDefect.SpuriousIsInService, defect =>
            {
                using var rig = new LocalApicRig(defect);
                Assert.Equal(0xff, rig.First.AcknowledgeInterrupt());
                Assert.False(rig.First.IsInService(0xff));
            });
        book.Add("spurious vector is programmed", "The spurious vector is that of SVR.", "11.9",
            LocalApicDefect.SpuriousVectorIsFixed, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Write(LocalApicRegister.SpuriousVector, 0x181);
                Assert.Equal(0x81, rig.First.AcknowledgeInterrupt());
            });
        book.Add("spurious when disabled in between", "A vector that was pending when software disabled the local APIC gives the "
            + "spurious vector.", "11.4.7.2", LocalApicDefect.DeliversWhileDisabled, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.SendFixed(0x55);
                rig.First.Write(LocalApicRegister.SpuriousVector, 0xff);
                Assert.Equal(0xff, rig.First.AcknowledgeInterrupt());
            });
    }

    private static void AddEnd(RuleBook<LocalApicDefect> book)
    {
        book.Add("end takes the highest", "The end of interrupt clears the highest bit of ISR.", "11.8.5",
            LocalApicDefect.EndTakesLowest, defect =>
            {
                using var rig = new LocalApicRig(defect);
                Nest(rig, isLevel: false);
                rig.First.End();
                Assert.True(rig.First.IsInService(0x30));
                Assert.False(rig.First.IsInService(0x80));
            });
        book.Add("end takes one", "The end of interrupt clears one bit of ISR only.", "11.8.5",
            LocalApicDefect.EndTakesAll, defect =>
            {
                using var rig = new LocalApicRig(defect);
                Nest(rig, isLevel: false);
                rig.First.End();
                Assert.Equal(0x30u, rig.First.Read(LocalApicRegister.ProcessorPriority));
            });
        book.Add("end without service", "The end of interrupt without one in service does nothing.", "11.8.5",
            LocalApicDefect.SpuriousIsInService, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.SendFixed(0x55);
                rig.First.SetTaskPriority(0xf0);
                rig.First.AcknowledgeInterrupt();
                rig.First.SetTaskPriority(0);
                Assert.Equal(0u, rig.First.Read(LocalApicRegister.ProcessorPriority));
                rig.First.End();
                Assert.Equal([0x55], rig.First.DeliverAll());
            });
        book.Add("any value ends", "In memory the value written to EOI does not matter.", "11.8.5",
            LocalApicDefect.EndNeedsZero, defect =>
            {
                using var rig = new LocalApicRig(defect);
                Nest(rig, isLevel: false);
                rig.First.Write(LocalApicRegister.EndOfInterrupt, 0xffffffff);
                Assert.False(rig.First.IsInService(0x80));
            });
    }

    private static void AddBroadcast(RuleBook<LocalApicDefect> book)
    {
        book.Add("level is recorded", "Acceptance of a level sets the bit of TMR.", "11.8.4",
            LocalApicDefect.LevelIsNotRecorded, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.SendFixed(0x55, isLevel: true);
                Assert.True(rig.First.IsLevel(0x55));
            });
        book.Add("edge is recorded", "Acceptance of an edge clears the bit of TMR.", "11.8.4",
            LocalApicDefect.EdgeKeepsTriggerMode, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.SendFixed(0x55, isLevel: true);
                rig.SendFixed(0x55);
                Assert.False(rig.First.IsLevel(0x55));
            });
        book.Add("end of a level is broadcast", "The end of a level-triggered interrupt is told to the I/O APICs.", "11.8.5",
            LocalApicDefect.LevelEndIsNotBroadcast, defect =>
            {
                using var rig = new LocalApicRig(defect);
                Nest(rig, isLevel: true);
                rig.First.End();
                rig.First.End();
                Assert.Equal([0x80, 0x30], rig.Ends);
            });
        book.Add("end of an edge is not broadcast", "The end of an edge-triggered interrupt is told to nobody.", "11.8.5",
            LocalApicDefect.EdgeEndIsBroadcast, defect =>
            {
                using var rig = new LocalApicRig(defect);
                Nest(rig, isLevel: false);
                rig.First.End();
                Assert.Empty(rig.Ends);
            });
        book.Add("broadcast can be suppressed", "With bit 12 of SVR the end of interrupt is not broadcast.", "11.8.5",
            LocalApicDefect.SuppressionIsIgnored, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Write(LocalApicRegister.SpuriousVector, 0x11ff);
                Nest(rig, isLevel: true);
                rig.First.End();
                Assert.Empty(rig.Ends);
                Assert.False(rig.First.IsInService(0x80));
            });
    }

    private static void Nest(LocalApicRig rig, bool isLevel)
    {
        rig.SendFixed(0x30, isLevel: isLevel);
        rig.First.AcknowledgeInterrupt();
        rig.SendFixed(0x80, isLevel: isLevel);
        rig.First.AcknowledgeInterrupt();
    }
}
