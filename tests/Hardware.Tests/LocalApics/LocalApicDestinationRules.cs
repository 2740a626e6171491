// Rules of who is meant by a destination: ids of eight and of 32 bits, broadcasts, and logical ids in their three formats.

using Managarm.Perf.Hardware.LocalApics;
using Managarm.Perf.Hardware.Tests.Rules;

namespace Managarm.Perf.Hardware.Tests.LocalApics;

/// <summary>Rules of destinations.</summary>
internal static class LocalApicDestinationRules
{
    internal static void AddTo(RuleBook<LocalApicDefect> book)
    {
        AddPhysical(book);
        AddFlat(book);
        AddCluster(book);
        AddExtended(book);
    }

    private static void AddPhysical(RuleBook<LocalApicDefect> book)
    {
        book.Add("0xff is everyone", "The physical destination 0xff means every local APIC.", "11.6.2.1",
            LocalApicDefect.BroadcastIsAnId, defect =>
            {
                using var rig = new LocalApicRig(defect, 4);
                rig.First.Command(0x55, 0xff);
                Assert.All([0, 1, 2, 3], index => Assert.True(rig[index].IsRequested(0x55)));
            });
        book.Add("an id can be written", "In xAPIC mode messages go by the id that software wrote, and two may share one.",
            "11.6.2.1", LocalApicDefect.DisableKeepsId, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.Second.Write(LocalApicRegister.Id, 0x42000000);
                Assert.False(rig.SendFixed(0x55, 1));
                Assert.True(rig.SendFixed(0x55, 0x42));
                Assert.True(rig.Second.SetMode(0) && rig.Second.SetMode(LocalApicRig.EnabledMode));
                Assert.Equal(0x01000000u, rig.Second.Read(LocalApicRegister.Id));
            });
        book.Add("wide ids are compared whole", "In x2APIC mode all 32 bits of an id count.", "11.12.9",
            LocalApicDefect.WideIdIsCutOff, defect =>
            {
                using var rig = new LocalApicRig(defect, idOf: index => 5 + ((uint)index * 0x100));
                Extend(rig, 2);
                Assert.True(rig.First.WriteExtended(LocalApicRegister.Command, (0x105ul << 32) | 0x55));
                Assert.NotEqual(0ul, rig.Second.ReadExtended(LocalApicRegister.Request + 0x20));
                Assert.Equal(0ul, rig.First.ReadExtended(LocalApicRegister.Request + 0x20));
            });
        book.Add("all ones are everyone", "In x2APIC mode the destination 0xffffffff means every local APIC, and 0xff is an id.",
            "11.12.9", LocalApicDefect.BroadcastIsAnId, defect =>
            {
                using var rig = new LocalApicRig(defect);
                Extend(rig, 2);
                rig.First.WriteExtended(LocalApicRegister.Command, (0xfful << 32) | 0x55);
                Assert.False(rig.First.HasDeliverable || rig.Second.HasDeliverable);
                rig.First.WriteExtended(LocalApicRegister.Command, (0xfffffffful << 32) | 0x55);
                Assert.True(rig.First.HasDeliverable && rig.Second.HasDeliverable);
            });
    }

    private static void AddFlat(RuleBook<LocalApicDefect> book) => book.Add("flat is a bit each",
        "In the flat format every local APIC is meant that shares a bit with the destination.", "11.6.2.2",
        LocalApicDefect.FlatMatchesWholeId, defect =>
        {
            using var rig = new LocalApicRig(defect, 4);
            for (int index = 0; index < 4; index++)
            {
                rig[index].Write(LocalApicRegister.LogicalDestination, 1u << (24 + index));
            }

            for (uint destination = 0; destination < 0xff; destination++)
            {
                rig.First.Command(LocalApicRig.Logical | 0x55, destination);
                for (int index = 0; index < 4; index++)
                {
                    Assert.Equal((destination >> index) & 1, (uint)rig[index].DeliverAll().Count);
                }
            }
        });

    private static void AddCluster(RuleBook<LocalApicDefect> book)
    {
        book.Add("a cluster is compared", "In the cluster format the upper half names the cluster, the lower its members.",
            "11.6.2.2", LocalApicDefect.ClusterIsIgnored, defect =>
            {
                using var rig = new LocalApicRig(defect, 4);
                Cluster(rig);
                for (uint destination = 0; destination < 0xf0; destination++)
                {
                    rig.First.Command(LocalApicRig.Logical | 0x55, destination);
                    for (uint index = 0; index < 4; index++)
                    {
                        bool isMeant = destination >> 4 == index / 2 && (destination & (1u << (int)(index % 2))) != 0;
                        Assert.Equal(isMeant ? 1 : 0, rig[(int)index].DeliverAll().Count);
                    }
                }
            });
        book.Add("cluster 15 is every cluster", "In the cluster format the cluster 15 means the members of all clusters.",
            "11.6.2.2", LocalApicDefect.FormatIsIgnored, defect =>
            {
                using var rig = new LocalApicRig(defect, 4);
                Cluster(rig);
                rig.First.Command(LocalApicRig.Logical | 0x55, 0xf2);
                Assert.Equal([0, 1, 0, 1], Enumerable.Range(0, 4).Select(index => rig[index].DeliverAll().Count));
            });
        book.Add("the format has four bits", "Bits 27 to 0 of DFR are always ones.", "11.6.2.2",
            LocalApicDefect.FormatHasLowBits, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Write(LocalApicRegister.DestinationFormat, 0);
                Assert.Equal(0x0fffffffu, rig.First.Read(LocalApicRegister.DestinationFormat));
            });
    }

    private static void AddExtended(RuleBook<LocalApicDefect> book)
    {
        book.Add("the logical id is derived", "In x2APIC mode LDR is derived from the id: cluster in the upper half, a bit of 16 "
            + "in the lower.", "11.12.10.2", LocalApicDefect.LogicalIdIsNotDerived, defect =>
            {
                using var rig = new LocalApicRig(defect, idOf: index => 0x123 + (uint)index);
                Extend(rig, 2);
                Assert.Equal(0x00120008ul, rig.First.ReadExtended(LocalApicRegister.LogicalDestination));
                Assert.Equal(0x00120010ul, rig.Second.ReadExtended(LocalApicRegister.LogicalDestination));
            });
        book.Add("wide clusters are compared", "In x2APIC mode a logical destination means members of the one cluster it names.",
            "11.12.10.1", LocalApicDefect.WideClusterIsIgnored, defect =>
            {
                using var rig = new LocalApicRig(defect, 4, idOf: index => (uint)index * 0x8);
                Extend(rig, 4);
                rig.First.WriteExtended(LocalApicRegister.Command, (0x00010101ul << 32) | LocalApicRig.Logical | 0x55);
                Assert.Equal([false, false, true, true], Enumerable.Range(0, 4).Select(index => rig[index].HasDeliverable));
            });
    }

    private static void Cluster(LocalApicRig rig)
    {
        for (int index = 0; index < 4; index++)
        {
            rig[index].Write(LocalApicRegister.DestinationFormat, 0x0fffffff);
            rig[index].Write(LocalApicRegister.LogicalDestination, ((uint)(index / 2) << 28) | (1u << (24 + (index % 2))));
        }
    }

    private static void Extend(LocalApicRig rig, int count)
    {
        for (int index = 0; index < count; index++)
        {
            rig[index].EnterExtendedMode();
        }
    }
}
