// Properties of the local APIC over random sequences of what devices, the processor and software do, and the same sequences
// against a naive model. Two bytes are a step, so that a failure shrinks to a short one.

using FsCheck;
using FsCheck.Fluent;
using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.LocalApics;

namespace Managarm.Perf.Hardware.Tests.LocalApics;

/// <summary>Priority, nesting and delivery hold for every sequence.</summary>
public sealed class LocalApicPropertyTests
{
    private const int Steps = 8;

    [Fact]
    public void It_behaves_as_sorted_sets_do() => ForAll(bytes => AgreeOn(default, bytes));

    [Theory]
    [InlineData(LocalApicDefect.NestsWithinClass)]
    [InlineData(LocalApicDefect.PriorityComparesSubclasses)]
    [InlineData(LocalApicDefect.AcknowledgeKeepsRequest)]
    [InlineData(LocalApicDefect.RequestInServiceIsLost)]
    [InlineData(LocalApicDefect.EdgeKeepsTriggerMode)]
    [InlineData(LocalApicDefect.EndTakesLowest)]
    [InlineData(LocalApicDefect.DisableDropsRequests)]
    [InlineData(LocalApicDefect.Cr8KeepsSubclass)]
    public void Sorted_sets_notice_a_defect(LocalApicDefect defect) =>
        Assert.ThrowsAny<Exception>(() => ForAll(bytes => AgreeOn(defect, bytes)));

    [Fact]
    public void The_highest_request_is_delivered_first_and_none_nests_within_its_class() => ForAll(bytes =>
    {
        using var rig = new LocalApicRig();
        Stack<byte> services = [];
        foreach ((byte operation, byte value) in StepsOf(bytes))
        {
            List<byte> requests = Members(rig.First, LocalApicRegister.Request);
            bool isDeliverable = rig.First.HasDeliverable;
            int result = Apply(rig, operation, value);
            if (operation == 2 && isDeliverable)
            {
                if (result != requests[^1] || (services.Count > 0 && result / 16 <= services.Peek() / 16))
                {
                    return false;
                }

                services.Push((byte)result);
            }

            if (operation is 3 or 4)
            {
                services.TryPop(out _);
            }
        }

        return true;
    });

    [Fact]
    public void Every_accepted_request_that_does_not_meet_another_is_delivered_once() => ForAll(bytes =>
    {
        using var rig = new LocalApicRig();
        var expected = new int[256];
        var delivered = new int[256];
        foreach ((byte operation, byte value) in StepsOf(bytes))
        {
            bool isRequested = rig.First.IsRequested(value);
            bool isDeliverable = rig.First.HasDeliverable;
            int result = Apply(rig, operation, value);
            bool isAccepted = operation is 0 or 1 && result == 1 && !isRequested;
            expected[value] += isAccepted ? 1 : 0;
            delivered[(byte)result] += operation == 2 && isDeliverable ? 1 : 0;
        }

        rig.First.Write(LocalApicRegister.SpuriousVector, LocalApicRig.Enabled);
        rig.First.SetTaskPriority(0);
        for (int count = 0; count < 32; count++)
        {
            rig.First.End();
        }

        rig.First.DeliverAll().ForEach(vector => delivered[vector]++);
        return expected.SequenceEqual(delivered);
    });

    [Fact]
    public void A_message_reaches_exactly_those_that_the_manual_means() => ForAll(bytes =>
    {
        bytes = [.. bytes.Concat(new byte[64]).Take(64)];
        using var rig = new LocalApicRig(count: 8);
        bool isFlat = bytes[0] % 2 == 0;
        for (int index = 0; index < 8; index++)
        {
            rig[index].Write(LocalApicRegister.Id, (uint)bytes[1 + index] << 24);
            rig[index].Write(LocalApicRegister.LogicalDestination, (uint)bytes[9 + index] << 24);
            rig[index].Write(LocalApicRegister.DestinationFormat, isFlat ? uint.MaxValue : 0);
        }

        for (int step = 17; step < 63; step += 2)
        {
            byte destination = bytes[step];
            bool isLogical = bytes[step + 1] % 2 == 0;
            rig.Bus.Send(new(0x55, DeliveryMode.Fixed, isLogical, destination, false));
            for (int index = 0; index < 8; index++)
            {
                bool isMeant = IsMeant(destination, isLogical, isFlat, bytes[1 + index], bytes[9 + index]);
                if (rig[index].DeliverAll().Count != (isMeant ? 1 : 0))
                {
                    return false;
                }
            }
        }

        return true;
    });

    private static bool AgreeOn(LocalApicDefect defect, byte[] bytes)
    {
        using var rig = new LocalApicRig(defect);
        var naive = new NaiveLocalApic();
        foreach ((byte operation, byte value) in StepsOf(bytes))
        {
            if (Apply(rig, operation, value) != Apply(naive, operation, value) || !AreEqual(rig, naive))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsMeant(byte destination, bool isLogical, bool isFlat, byte id, byte logicalId)
    {
        if (destination == 0xff)
        {
            return true;
        }

        if (!isLogical)
        {
            return destination == id;
        }

        bool isCluster = destination / 16 is 15 || destination / 16 == logicalId / 16;
        return isFlat ? (destination & logicalId) != 0 : isCluster && (destination & logicalId & 0xf) != 0;
    }

    private static void ForAll(Func<byte[], bool> holds) => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), holds)
        .Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(200).WithReplay(1, 3));

    private static IEnumerable<(byte Operation, byte Value)> StepsOf(byte[] bytes) =>
        bytes.Chunk(2).Where(pair => pair.Length == 2).Select(pair => ((byte)(pair[0] % Steps), pair[1]));

    private static int Apply(LocalApicRig rig, byte operation, byte value)
    {
        switch (operation)
        {
            case 0 or 1:
                return rig.SendFixed(value, isLevel: operation == 1) ? 1 : 0;
            case 2:
                return rig.First.AcknowledgeInterrupt();
            case 3 or 4:
                rig.First.End();
                return 0;
            case 5:
                rig.First.SetTaskPriority(value);
                return 0;
            case 6:
                return rig.First.TryWriteCr8(value % 16u) ? 1 : 0;
            default:
                rig.First.Write(LocalApicRegister.SpuriousVector, value < 64 ? 0xffu : 0x1ffu);
                return 0;
        }
    }

    private static int Apply(NaiveLocalApic naive, byte operation, byte value)
    {
        switch (operation)
        {
            case 0 or 1:
                naive.Request(value, operation == 1);
                return naive.IsEnabled && value >= 16 ? 1 : 0;
            case 2:
                return naive.Acknowledge();
            case 3 or 4:
                naive.End();
                return 0;
            case 5:
                naive.TaskPriority = value;
                return 0;
            case 6:
                naive.TaskPriority = (byte)(value % 16 * 16);
                return 1;
            default:
                naive.IsEnabled = value >= 64;
                return 0;
        }
    }

    private static bool AreEqual(LocalApicRig rig, NaiveLocalApic naive) =>
        rig.First.HasDeliverable == naive.HasDeliverable
        && rig.First.Read(LocalApicRegister.ProcessorPriority) == naive.ProcessorPriority
        && rig.Ends.SequenceEqual(naive.Ends)
        && Members(rig.First, LocalApicRegister.Request).SequenceEqual(naive.Requests)
        && Members(rig.First, LocalApicRegister.InService).SequenceEqual(naive.Services)
        && Members(rig.First, LocalApicRegister.TriggerMode).SequenceEqual(naive.Levels);

    private static List<byte> Members(LocalApic apic, uint first)
    {
        List<byte> members = [];
        for (uint word = 0; word < 8; word++)
        {
            uint bits = apic.Read(first + (word * LocalApicRegister.Stride));
            for (int bit = 0; bit < 32; bit++)
            {
                if ((bits & (1u << bit)) != 0)
                {
                    members.Add((byte)((word * 32) + bit));
                }
            }
        }

        return members;
    }
}
